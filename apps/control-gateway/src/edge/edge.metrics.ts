import { counter, CounterTally, DURATION_BUCKETS_SECONDS, HistogramTally } from '@switchyard/telemetry';

export const edgeRequests = new CounterTally({
  name: 'switchyard_edge_requests_total',
  help: 'Requests at the public edge by what was decided and answered.',
  labels: ['provider', 'view', 'decision', 'reason', 'status'],
});

export const edgeDurationSeconds = new HistogramTally({
  name: 'switchyard_edge_duration_seconds',
  help: 'Time from a whole request to its answer.',
  labels: ['provider', 'decision'],
  buckets: DURATION_BUCKETS_SECONDS,
});

export const edgeProtocolErrors = counter({
  name: 'switchyard_edge_protocol_errors_total',
  help: 'Connections answered before a request could be read.',
  labels: ['reason'],
});

export const budgetLeftSeconds = new HistogramTally({
  name: 'switchyard_edge_budget_left_seconds',
  help: "What was left of the provider's time limit when it was answered by regions.",
  labels: ['provider'],
  buckets: [0, 0.1, 0.25, 0.5, 1, 1.5, 2, 2.25, 2.5, 5, 8],
});

export const deferredAnswers = counter({
  name: 'switchyard_deferred_answers_total',
  help: 'Deferred requests by what the sender was told in the end.',
  labels: ['provider', 'result'],
});

export const signatureChecks = new CounterTally({
  name: 'switchyard_signature_checks_total',
  help: "Checks of senders' signatures: ok, ok_old_key while a secret is being changed, or why one was refused.",
  labels: ['provider', 'result'],
});

export const webhooksOverLimit = counter({
  name: 'switchyard_webhooks_over_limit_total',
  help: 'Webhooks turned away with 429 because too many bytes of their integration wait.',
  labels: ['provider'],
});

export const webhooksShed = counter({
  name: 'switchyard_webhooks_shed_total',
  help: 'Webhooks turned away with 429 because an operator said so.',
  labels: ['provider'],
});
