import { counter, CounterTally, DURATION_BUCKETS_SECONDS, gauge, histogram } from '@switchyard/telemetry';

export const webhooksStored = new CounterTally({
  name: 'switchyard_stored_webhooks_total',
  help: 'Stored webhooks: rows committed, one per region.',
  labels: ['provider', 'region'],
});

export const webhookDuplicates = counter({
  name: 'switchyard_webhook_duplicates_total',
  help: 'Webhooks that a provider sent again within the window; acknowledged and not stored again.',
  labels: ['provider'],
});

export const overLimitIntegrations = gauge({
  name: 'switchyard_over_limit_integrations',
  help: 'Integrations whose webhooks are answered 429, because too many of their bytes wait.',
});

export const storeFailures = counter({
  name: 'switchyard_store_failures_total',
  help: 'Requests that could not be stored and were answered 503.',
  labels: ['reason'],
});

export const storeBatchRows = histogram({
  name: 'switchyard_store_batch_rows',
  help: 'Rows per INSERT; grows with load.',
  buckets: [1, 2, 5, 10, 25, 50, 100, 250, 500],
});

export const deliveries = new CounterTally({
  name: 'switchyard_deliveries_total',
  help: 'Delivery attempts by how they ended.',
  labels: ['provider', 'region', 'outcome'],
});

export const deliveryAgeSeconds = histogram({
  name: 'switchyard_delivery_age_seconds',
  help: 'Time from acknowledgement to delivery; rejected ones are not counted.',
  labels: ['region'],
  buckets: [...DURATION_BUCKETS_SECONDS, 300, 3600],
});

export const oldestUndeliveredSeconds = gauge({
  name: 'switchyard_oldest_undelivered_seconds',
  help: 'Age of the oldest stored webhook of a region, those that are held included; none when nothing waits.',
  labels: ['region'],
});

export const deliveryLatenessSeconds = gauge({
  name: 'switchyard_delivery_lateness_seconds',
  help: 'How long the most overdue mailbox has been due without being drained; 0 when none is, none when it could not be measured.',
});

export const drainsRunning = gauge({
  name: 'switchyard_drains_running',
  help: 'Mailboxes that this process drains now.',
  labels: ['region'],
});

export const hints = counter({
  name: 'switchyard_hints_total',
  help: 'Mailbox hints by what became of them.',
  labels: ['result'],
});

export const operationRows = counter({
  name: 'switchyard_operation_rows_total',
  help: 'Stored webhooks and dead letters that bulk actions of operators moved.',
  labels: ['kind'],
});

export const sweeps = counter({
  name: 'switchyard_sweeps_total',
  help: 'Sweeps by result.',
  labels: ['result'],
});

export const sweptMailboxes = counter({
  name: 'switchyard_swept_mailboxes_total',
  help: 'Due mailboxes that the sweeper found.',
});
