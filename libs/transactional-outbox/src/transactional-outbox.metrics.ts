import { counter, DURATION_BUCKETS_SECONDS, gauge, histogram } from '@switchyard/telemetry';

export const outboxSaved = counter({
  name: 'switchyard_outbox_saved_total',
  help: 'Outbox rows written.',
  labels: ['category'],
});

export const outboxProcessed = counter({
  name: 'switchyard_outbox_processed_total',
  help: 'Outbox rows that were handled or coalesced away; synchronous ones directly after their commit.',
  labels: ['category', 'synchronous'],
});

export const outboxFailures = counter({
  name: 'switchyard_outbox_handler_failures_total',
  help: 'Outbox groups whose handler failed; their rows stay and the shard backs off.',
  labels: ['category'],
});

export const outboxLagSeconds = histogram({
  name: 'switchyard_outbox_processing_lag_seconds',
  help: 'Age of the oldest row of a group when it had been handled.',
  labels: ['category'],
  buckets: [...DURATION_BUCKETS_SECONDS, 300, 3600],
});

export const outboxDueShards = gauge({
  name: 'switchyard_outbox_due_shards',
  help: 'Shards that the last sweep found due.',
});

export const outboxSweeps = counter({
  name: 'switchyard_outbox_sweeps_total',
  help: 'Sweeps of the outbox by result.',
  labels: ['result'],
});
