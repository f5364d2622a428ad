import { counter, gauge } from '@switchyard/telemetry';

export const outboxRows = gauge({
  name: 'switchyard_usage_outbox_rows',
  help: 'Outcomes that are booked and wait to be published.',
});

export const relayRunsTotal = counter({
  name: 'switchyard_usage_relay_runs_total',
  help: 'Runs of the relays that publish outcomes and send notices, by result.',
  labels: ['relay', 'result'],
});
