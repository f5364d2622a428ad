import { adminMigrations } from '@switchyard/admin-api';
import { defineMigrations } from '@switchyard/database';
import type { Migration } from '@switchyard/database';
import { requestBufferMigrations } from '@switchyard/integration-request-buffer';
import { outcomesLibMigrations } from '@switchyard/outcomes';
import { transactionalOutboxMigrations } from '@switchyard/transactional-outbox';
import appPlatform from '../migrations/0001_app_platform.sql';
import mailOptOut from '../migrations/0002_mail_opt_out.sql';
import deliveryOutcomes from '../migrations/0003_delivery_outcomes.sql';

const notifierMigrations = defineMigrations('notifier', [
  { name: '0001_app_platform', sql: appPlatform },
  { name: '0002_mail_opt_out', sql: mailOptOut },
  { name: '0003_delivery_outcomes', sql: deliveryOutcomes },
]);

/** The tables of the notifier. */
export const migrations: readonly Migration[] = [
  ...requestBufferMigrations,
  ...transactionalOutboxMigrations,
  ...outcomesLibMigrations,
  ...adminMigrations,
  ...notifierMigrations,
];
