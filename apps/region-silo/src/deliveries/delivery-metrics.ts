import { counter, DURATION_BUCKETS_SECONDS, histogram } from '@switchyard/telemetry';

/** Requests of the gateway by what became of them. */
export const deliveriesTotal = counter({
  name: 'switchyard_region_deliveries_total',
  help: 'Requests that passed the region guard, by what became of them.',
  labels: ['provider', 'view', 'outcome'],
});

/** Repeats that changed nothing. */
export const duplicatesTotal = counter({
  name: 'switchyard_region_delivery_duplicates_total',
  help: 'Repeats that changed nothing: the same delivery again, or the same event under another delivery id.',
  labels: ['provider', 'kind'],
});

/** How long a request took from its last byte to its answer. */
export const deliveryDurationSeconds = histogram({
  name: 'switchyard_region_delivery_duration_seconds',
  help: 'Time from the last byte of a request to its answer.',
  labels: ['provider', 'view'],
  buckets: DURATION_BUCKETS_SECONDS,
});

/** Records that left after their retention. */
export const purgedRecordsTotal = counter({
  name: 'switchyard_region_delivery_records_purged_total',
  help: 'Delivery records removed because their retention had ended.',
});
