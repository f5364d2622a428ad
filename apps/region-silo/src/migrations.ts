import { defineMigrations } from '@switchyard/database';
import type { Migration } from '@switchyard/database';
import webhookDelivery from '../migrations/0001_webhook_delivery.sql';
import codeHosts from '../migrations/0002_code_hosts.sql';

/** The schema of a region's database. */
export const regionMigrations: readonly Migration[] = defineMigrations('region', [
  { name: '0001_webhook_delivery', sql: webhookDelivery },
  { name: '0002_code_hosts', sql: codeHosts },
]);
