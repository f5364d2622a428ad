import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { inTransaction, KeyRing, PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { CLOCK } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';
import type { AppSecrets } from '../sending/webhook-request';
import { APP_COLUMNS } from './app';
import type { App, AppKind } from './app';
import { AppSecretBox } from './app-secrets';
import { auditApp } from './audit';

/** What a person may say of an app. */
export interface AppChange {
  readonly name: string;
  readonly webhookUrl: string | null;
  /** Expanded names. */
  readonly events: readonly string[];
  readonly isAlertable: boolean;
}

export interface NewApp extends AppChange {
  readonly slug: string;
  readonly kind: AppKind;
  readonly organizationId: string;
}

const UNIQUE_VIOLATION = '23505';

/** Reads and changes apps. */
@Injectable()
export class AppStore {
  private readonly secrets: AppSecretBox;

  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    keys: KeyRing,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.secrets = new AppSecretBox(keys);
  }

  /** The secrets are shown this once. `undefined` when the slug is taken. */
  async create(app: NewApp, actor: string): Promise<{ readonly app: App; readonly secrets: AppSecrets } | undefined> {
    const uuid = randomUUID();
    const { sealed, shown } = this.secrets.create(uuid);
    try {
      const created = await inTransaction(this.pool, async (transaction) => {
        const { rows } = await transaction.query<App>(
          `INSERT INTO app (uuid, slug, name, kind, organization_id, webhook_url, events, is_alertable, sealed_secrets)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING ${APP_COLUMNS}`,
          [uuid, app.slug, app.name, app.kind, app.organizationId, app.webhookUrl, app.events, app.isAlertable, sealed],
        );
        await auditApp(transaction, app.organizationId, 'sentry-app.add', actor, { name: app.name, slug: app.slug });
        return rows[0] as App;
      });
      return { app: created, secrets: shown };
    } catch (error) {
      if ((error as { code?: string }).code === UNIQUE_VIOLATION) return undefined;
      throw error;
    }
  }

  async find(slug: string): Promise<App | undefined> {
    const { rows } = await this.pool.query<App>(
      `SELECT ${APP_COLUMNS} FROM app WHERE slug = $1 AND state <> 'deleted'`,
      [slug],
    );
    return rows[0];
  }

  /** In the order of ids. */
  async list(limit: number, after: string | undefined): Promise<readonly App[]> {
    const { rows } = await this.pool.query<App>(
      `SELECT ${APP_COLUMNS} FROM app WHERE state <> 'deleted' AND ($2::bigint IS NULL OR id > $2) ORDER BY app.id LIMIT $1`,
      [limit, after ?? null],
    );
    return rows;
  }

  /** A disabled app stays so: {@link DisableService.enable} is the way back. */
  async update(slug: string, change: AppChange, actor: string): Promise<App | undefined> {
    return inTransaction(this.pool, async (transaction) => {
      const { rows } = await transaction.query<App>(
        `UPDATE app SET name = $2, webhook_url = $3, events = $4, is_alertable = $5, updated_at = now()
         WHERE slug = $1 AND state <> 'deleted' RETURNING ${APP_COLUMNS}`,
        [slug, change.name, change.webhookUrl, change.events, change.isAlertable],
      );
      const [app] = rows;
      if (app !== undefined)
        await auditApp(transaction, app.organizationId, 'sentry-app.edit', actor, { slug, events: change.events });
      return app;
    });
  }

  /** New secrets; the old ones stay good for a day. */
  async rotate(slug: string, actor: string): Promise<AppSecrets | undefined> {
    return inTransaction(this.pool, async (transaction) => {
      const { rows } = await transaction.query<{ uuid: string; organization_id: string; sealed_secrets: Buffer }>(
        `SELECT uuid, organization_id, sealed_secrets FROM app WHERE slug = $1 AND state <> 'deleted' FOR UPDATE`,
        [slug],
      );
      const [row] = rows;
      if (row === undefined) return undefined;
      const { sealed, shown } = this.secrets.rotate(row.uuid, row.sealed_secrets, this.clock.now());
      await transaction.query('UPDATE app SET sealed_secrets = $2, updated_at = now() WHERE slug = $1', [slug, sealed]);
      await auditApp(transaction, row.organization_id, 'integration.rotate-client-secret', actor, { slug });
      return shown;
    });
  }
}
