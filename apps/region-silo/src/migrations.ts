import { adminMigrations } from '@switchyard/admin-api';
import { defineMigrations } from '@switchyard/database';
import type { Migration } from '@switchyard/database';
import { transactionalOutboxMigrations } from '@switchyard/transactional-outbox';
import webhookDelivery from '../migrations/0001_webhook_delivery.sql';
import codeHosts from '../migrations/0002_code_hosts.sql';
import domain from '../migrations/0004_domain.sql';
import slackThreads from '../migrations/0005_slack_threads.sql';
import slackIdentity from '../migrations/0006_slack_identity.sql';
import threadEdits from '../migrations/0007_thread_edits.sql';
import membershipRequest from '../migrations/0008_membership_request.sql';
import slackEvents from '../migrations/0009_slack_events.sql';
import parentRefresh from '../migrations/0010_parent_refresh.sql';
import ownMessage from '../migrations/0011_own_message.sql';
import integrationSecret from '../migrations/0003_integration_secret.sql';

const ownMigrations = defineMigrations('region', [
  { name: '0001_webhook_delivery', sql: webhookDelivery },
  { name: '0002_code_hosts', sql: codeHosts },
  { name: '0003_integration_secret', sql: integrationSecret },
  { name: '0004_domain', sql: domain },
  { name: '0005_slack_threads', sql: slackThreads },
  { name: '0006_slack_identity', sql: slackIdentity },
  { name: '0007_thread_edits', sql: threadEdits },
  { name: '0008_membership_request', sql: membershipRequest },
  { name: '0009_slack_events', sql: slackEvents },
  { name: '0010_parent_refresh', sql: parentRefresh },
  { name: '0011_own_message', sql: ownMessage },
]);

/** The schema of a region's database. */
export const regionMigrations: readonly Migration[] = [
  ...transactionalOutboxMigrations,
  ...adminMigrations,
  ...ownMigrations,
];
