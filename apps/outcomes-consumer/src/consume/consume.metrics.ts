import { counter, DURATION_BUCKETS_SECONDS, gauge, histogram } from '@switchyard/telemetry';

export const recordsTotal = counter({
  name: 'switchyard_usage_records_total',
  help: 'Records read, by what they came to.',
  labels: ['consumer', 'result'],
});

export const deadLettersTotal = counter({
  name: 'switchyard_usage_dead_letters_total',
  help: 'Records that could not be counted and were kept.',
  labels: ['consumer', 'code'],
});

export const lenientTotal = counter({
  name: 'switchyard_usage_lenient_total',
  help: 'Records that were counted although a field that counting can do without was faulty.',
  labels: ['field'],
});

export const notesTotal = counter({
  name: 'switchyard_usage_notes_total',
  help: 'Peculiarities of records: a negative value, a value that is no quantity, a time in the future and so on.',
  labels: ['note'],
});

export const duplicatesTotal = counter({
  name: 'switchyard_usage_duplicates_total',
  help: 'Records and outcomes that had been counted before: known by their offset, or by the ledger.',
  labels: ['consumer', 'by'],
});

export const fenceConflictsTotal = counter({
  name: 'switchyard_usage_fence_conflicts_total',
  help: 'Chunks that were dropped because another process had moved the position.',
  labels: ['consumer'],
});

export const chunkRecords = histogram({
  name: 'switchyard_usage_chunk_records',
  help: 'Records per transaction.',
  labels: ['consumer'],
  buckets: [1, 10, 50, 100, 250, 500, 1_000, 2_000, 4_000, 8_000],
});

export const chunkSeconds = histogram({
  name: 'switchyard_usage_chunk_duration_seconds',
  help: 'Time of one transaction with its ledger rows and rollups.',
  labels: ['consumer'],
  buckets: DURATION_BUCKETS_SECONDS,
});

export const durableAgeSeconds = histogram({
  name: 'switchyard_usage_record_age_seconds',
  help: 'Time from append to durable of the newest record of each transaction.',
  labels: ['consumer'],
  buckets: [...DURATION_BUCKETS_SECONDS, 300, 3_600, 86_400],
});

export const lagRecords = gauge({
  name: 'switchyard_usage_lag_records',
  help: 'Records that wait to be read.',
  labels: ['consumer', 'partition'],
});
