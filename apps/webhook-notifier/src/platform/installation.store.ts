import { randomBytes, randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { inTransaction, PG_POOL } from '@switchyard/database';
import type { Pool, Transaction } from '@switchyard/database';
import { INSTALLATION_COLUMNS } from './app';
import type { App, Installation } from './app';
import { auditApp } from './audit';
import { InstallationNotifier } from './installation-notifier';
import type { ActingUser } from './installation-notifier';

/** Where and how an app is installed. */
export interface NewInstallation {
  readonly organizationId: string;
  readonly organizationSlug: string;
  readonly isPending: boolean;
  readonly projectIds: readonly string[] | null;
}

const FROM = 'app_installation AS installation JOIN app ON app.id = installation.app_id';

/** Installs and removes apps, and tells them. */
@Injectable()
export class InstallationStore {
  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    private readonly notifier: InstallationNotifier,
  ) {}

  /** Idempotent: installed twice is installed once, and told once. Internal apps are not told of their own installation. */
  async install(app: App, wanted: NewInstallation, user: ActingUser): Promise<Installation> {
    const { installation, deliveries } = await inTransaction(this.pool, async (transaction) => {
      const { rowCount } = await transaction.query(
        `INSERT INTO app_installation (uuid, app_id, organization_id, organization_slug, status, code, project_ids)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (app_id, organization_id) WHERE status <> 'deleted' DO NOTHING`,
        [
          randomUUID(),
          app.id,
          wanted.organizationId,
          wanted.organizationSlug,
          wanted.isPending ? 'pending' : 'installed',
          randomBytes(32).toString('hex'),
          wanted.projectIds,
        ],
      );
      const found = (await this.findIn(transaction, app.id, wanted.organizationId)) as Installation;
      if (rowCount === 0) return { installation: found, deliveries: [] };
      await auditApp(transaction, wanted.organizationId, 'sentry-app.install', user.name, { slug: app.slug });
      const isTold = app.kind !== 'internal';
      return {
        installation: found,
        deliveries: isTold ? await this.notifier.notify(transaction, found, user, 'created') : [],
      };
    });
    this.notifier.announce(deliveries);
    return installation;
  }

  /** The app has exchanged its code. `undefined` when there is no such installation. */
  async confirm(uuid: string): Promise<Installation | undefined> {
    await this.pool.query(`UPDATE app_installation SET status = 'installed' WHERE uuid = $1 AND status = 'pending'`, [
      uuid,
    ]);
    const { rows } = await this.pool.query<Installation>(
      `SELECT ${INSTALLATION_COLUMNS} FROM ${FROM} WHERE installation.uuid = $1 AND installation.status = 'installed'`,
      [uuid],
    );
    return rows[0];
  }

  /** Which projects it is told of; `null` for all. */
  async narrow(uuid: string, projectIds: readonly string[] | null): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `UPDATE app_installation SET project_ids = $2 WHERE uuid = $1 AND status <> 'deleted'`,
      [uuid, projectIds],
    );
    return (rowCount ?? 0) > 0;
  }

  /** Committed before anything is sent. `undefined` when there is no such installation. */
  async remove(uuid: string, user: ActingUser): Promise<Installation | undefined> {
    const removed = await inTransaction(this.pool, async (transaction) => {
      const { rows } = await transaction.query<Installation>(
        `SELECT ${INSTALLATION_COLUMNS} FROM ${FROM}
         WHERE installation.uuid = $1 AND installation.status <> 'deleted' FOR UPDATE OF installation`,
        [uuid],
      );
      const [installation] = rows;
      if (installation === undefined) return undefined;
      const deliveries = await this.removeIn(transaction, installation, user);
      return { installation, deliveries };
    });
    if (removed === undefined) return undefined;
    this.notifier.announce(removed.deliveries);
    return removed.installation;
  }

  /** An app that goes tells each of its installations, but for internal ones. */
  async removeApp(app: App, user: ActingUser): Promise<void> {
    const deliveries = await inTransaction(this.pool, async (transaction) => {
      await transaction.query(`UPDATE app SET state = 'deleted', slug = slug || '-deleted-' || id WHERE id = $1`, [
        app.id,
      ]);
      await auditApp(transaction, app.organizationId, 'sentry-app.remove', user.name, { slug: app.slug });
      const { rows } = await transaction.query<Installation>(
        `SELECT ${INSTALLATION_COLUMNS} FROM ${FROM} WHERE app.id = $1 AND installation.status <> 'deleted' FOR UPDATE OF installation`,
        [app.id],
      );
      const told = [];
      for (const installation of rows) {
        const own = { ...installation, appSlug: app.slug };
        told.push(...(await this.removeIn(transaction, own, user, app.kind !== 'internal')));
      }
      return told;
    });
    this.notifier.announce(deliveries);
  }

  async list(appId: string): Promise<readonly Installation[]> {
    const { rows } = await this.pool.query<Installation>(
      `SELECT ${INSTALLATION_COLUMNS} FROM ${FROM} WHERE app.id = $1 AND installation.status <> 'deleted'
       ORDER BY installation.id LIMIT 1000`,
      [appId],
    );
    return rows;
  }

  /** What was for it and has not been sent is not sent any more, but for the last word. */
  private async removeIn(transaction: Transaction, installation: Installation, user: ActingUser, isTold = true) {
    const { id, organizationId, appSlug } = installation;
    await transaction.query(`UPDATE app_installation SET status = 'deleted' WHERE id = $1`, [id]);
    await transaction.query(
      `UPDATE app_delivery SET status = 'cancelled', reason = 'uninstalled', finished_at = now()
       WHERE installation_id = $1 AND status = 'waiting'`,
      [id],
    );
    await auditApp(transaction, organizationId, 'sentry-app.uninstall', user.name, { slug: appSlug });
    return isTold ? this.notifier.notify(transaction, installation, user, 'deleted') : [];
  }

  private async findIn(transaction: Transaction, appId: string, organizationId: string) {
    const { rows } = await transaction.query<Installation>(
      `SELECT ${INSTALLATION_COLUMNS} FROM ${FROM}
       WHERE installation.app_id = $1 AND installation.organization_id = $2 AND installation.status <> 'deleted'`,
      [appId, organizationId],
    );
    return rows[0];
  }
}
