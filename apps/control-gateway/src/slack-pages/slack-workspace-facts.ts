import { Inject, Injectable } from '@nestjs/common';
import { KeyRing, PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { openSecrets } from '@switchyard/directory';

/** What pages and dialogs need of a Slack workspace that is active. */
export interface SlackWorkspaceFacts {
  readonly name: string;
  readonly botToken: string | undefined;
  /** Active organizations that have it installed, with their regions. */
  readonly organizations: readonly { readonly id: string; readonly region: string }[];
}

interface Row {
  readonly name: string;
  readonly external_id: string;
  readonly sealed_secrets: Buffer | null;
  readonly organizations: readonly { readonly id: string; readonly region: string }[];
}

/** Reads facts of Slack workspaces from the directory's tables, with the bot's token. */
@Injectable()
export class SlackWorkspaces {
  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    private readonly keys: KeyRing,
  ) {}

  async find(integrationId: string): Promise<SlackWorkspaceFacts | undefined> {
    const { rows } = await this.pool.query<Row>(
      `SELECT name, external_id, sealed_secrets, coalesce((
         SELECT json_agg(json_build_object('id', organization_id::text, 'region', region_name))
         FROM organization_integration AS installed JOIN organization_mapping AS mapping USING (organization_id)
         WHERE installed.integration_id = integration.id AND installed.status = 0 AND mapping.status = 0), '[]') AS organizations
       FROM integration WHERE id = $1 AND provider = 'slack' AND status = 0`,
      [integrationId],
    );
    const [row] = rows;
    if (row === undefined) return undefined;
    const { name, external_id: externalId, sealed_secrets: sealed, organizations } = row;
    const botToken = sealed === null ? undefined : openSecrets(this.keys, 'slack', externalId, sealed).accessToken;
    return { name, botToken, organizations };
  }
}
