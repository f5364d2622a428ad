import { adminMigrations } from '@switchyard/admin-api';
import { defineMigrations } from '@switchyard/database';
import type { Migration } from '@switchyard/database';
import { directoryMigrations } from '@switchyard/directory';
import { outboxMigrations } from '@switchyard/outbox';
import { outcomesLibMigrations } from '@switchyard/outcomes';
import { transactionalOutboxMigrations } from '@switchyard/transactional-outbox';
import organizationMove from '../migrations/0002_organization_move.sql';
import tellRegions from '../migrations/0003_tell_regions.sql';
import slackWorkspaces from '../migrations/0004_slack_workspaces.sql';
import slackIdentities from '../migrations/0005_slack_identities.sql';
import slackRequestSeen from '../migrations/0006_slack_request_seen.sql';
import rejectedRequest from '../migrations/0001_rejected_request.sql';

const gatewayMigrations = defineMigrations('gateway', [
  { name: '0001_rejected_request', sql: rejectedRequest },
  { name: '0002_organization_move', sql: organizationMove },
  { name: '0003_tell_regions', sql: tellRegions },
  { name: '0004_slack_workspaces', sql: slackWorkspaces },
  { name: '0005_slack_identities', sql: slackIdentities },
  { name: '0006_slack_request_seen', sql: slackRequestSeen },
]);

/** The tables of the control silo. */
export const migrations: readonly Migration[] = [
  ...directoryMigrations,
  ...outboxMigrations,
  ...transactionalOutboxMigrations,
  ...outcomesLibMigrations,
  ...adminMigrations,
  ...gatewayMigrations,
];
