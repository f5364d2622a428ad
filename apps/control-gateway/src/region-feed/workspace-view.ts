import type { KeyRing, Pool } from '@switchyard/database';
import { openSecrets } from '@switchyard/directory';
import type { FedSlackWorkspace } from '@switchyard/silo';
import workspaceViewSql from './workspace-view.sql';

interface Row {
  readonly external_id: string;
  readonly name: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly sealed_secrets: Buffer | null;
  readonly status: number;
  readonly organization_ids: readonly string[];
}

const ACTIVE = 0;
const FACT_MAX = 255;

/** What a region may know of a Slack workspace now; null when it has none of its organizations. The bot token only while it is active. */
export async function readSlackWorkspace(
  { pool, keys }: { readonly pool: Pool; readonly keys: KeyRing },
  integrationId: string,
  region: string,
): Promise<FedSlackWorkspace | null> {
  const { rows } = await pool.query<Row>(workspaceViewSql, [integrationId, region]);
  const [row] = rows;
  if (row === undefined) return null;
  const isActive = row.status === ACTIVE;
  const secrets =
    row.sealed_secrets === null || !isActive
      ? undefined
      : openSecrets(keys, 'slack', row.external_id, row.sealed_secrets);
  return {
    teamId: row.external_id,
    enterpriseId: fact(row.metadata['enterpriseId']),
    domain: fact(row.metadata['domain']),
    name: row.name,
    status: isActive ? 'active' : 'disabled',
    botToken: secrets?.accessToken ?? null,
    organizationIds: row.organization_ids,
  };
}

const fact = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' && value.length <= FACT_MAX ? value : null;
