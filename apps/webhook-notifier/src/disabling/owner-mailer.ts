import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { appNotice, buildMessages, EmailQueue } from '@switchyard/email';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { OutboxHandlers } from '@switchyard/transactional-outbox';
import type { HandledMessage } from '@switchyard/transactional-outbox';
import { APP_COLUMNS } from '../platform/app';
import type { App } from '../platform/app';
import { MailOptOuts } from '../unsubscribe/mail-opt-outs';
import { WEBHOOK_SETTINGS } from '../webhook.settings';
import type { WebhookSettings } from '../webhook.settings';
import { titleCase } from './title-case';
import { ownerMailsTotal } from './disabling.metrics';
import type { OwnerNotice } from './owner-notice';

/**
 * Turns notices into mails to the owners of an app's organization: verified addresses, one mail each, at most one per reason and day.
 *
 * That somebody was told is written after the mail is queued, under an id that the queue knows a repeat by: a crash between the two
 * queues it twice under one id, which is once.
 */
@Injectable()
export class OwnerMailer implements OnModuleInit {
  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    private readonly handlers: OutboxHandlers,
    private readonly emails: EmailQueue,
    private readonly optOuts: MailOptOuts,
    @Inject(WEBHOOK_SETTINGS) private readonly settings: WebhookSettings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.handlers.register('ownerMail', (message) => this.mail(message));
  }

  private async mail({ id, payload }: HandledMessage): Promise<void> {
    const notice = payload as unknown as OwnerNotice;
    const { rows } = await this.pool.query<App>(`SELECT ${APP_COLUMNS} FROM app WHERE id = $1`, [notice.appId]);
    const [app] = rows;
    if (app === undefined || app.state === 'deleted') return;
    const reason = notice.kind === 'warning' ? `warning_${notice.percent ?? 0}` : notice.kind;
    const owners = await this.owners(app, reason, notice.kind);
    const { subject, content } = appNotice({
      kind: notice.kind,
      appName: this.settings.isStrictBaseline ? titleCase(app.name) : app.name,
      endpoint: hostOf(app.webhookUrl),
      evidence: notice.evidence,
      percent: notice.percent,
      link: this.settings.linkBase + encodeURIComponent(app.slug),
    });
    for (const owner of owners) {
      const [message] = buildMessages([owner], {
        subject,
        from: this.emails.from,
        content: () => content,
        type: `app.${notice.kind}`,
        listId: `apps.${app.organizationId}.${this.emails.domain}`,
        // All that is said of one app is one thread.
        inReplyTo: `<app-${app.uuid}@${this.emails.domain}>`,
        ...this.unsubscribing(app, notice.kind),
      });
      if (message === undefined) continue;
      await this.emails.sendAsync({ ...message, messageId: `<notice-${id}.${hashOf(owner)}@${this.emails.domain}>` });
      await this.pool.query(
        `INSERT INTO owner_mail (reason, app_id, email) VALUES ($1, $2, $3)
         ON CONFLICT (reason, app_id, email) DO UPDATE SET sent_at = now()`,
        [reason, app.id, owner],
      );
      ownerMailsTotal.inc({ kind: notice.kind, result: 'queued' });
    }
    this.logger.info({ app: app.slug, kind: notice.kind, owners: owners.length }, 'integration.disabled.notified');
  }

  /** Warnings can be switched off; that something was switched off is told in any case. */
  private unsubscribing({ organizationId }: App, kind: OwnerNotice['kind']) {
    if (kind !== 'warning') return {};
    if (this.optOuts.urlFor({ organizationId, email: '', kind }) === undefined) return {};
    return { unsubscribeUrl: (email: string) => this.optOuts.urlFor({ organizationId, email, kind }) ?? '' };
  }

  /** Those who have not had this mail lately, and want it. */
  private async owners(
    { id, organizationId }: App,
    reason: string,
    kind: OwnerNotice['kind'],
  ): Promise<readonly string[]> {
    const { rows } = await this.pool.query<{ email: string; is_lately: boolean }>(
      `SELECT owner.email, coalesce(mail.sent_at > now() - $4::integer * interval '1 second', false) AS is_lately
       FROM organization_owner AS owner
       LEFT JOIN owner_mail AS mail ON mail.reason = $2 AND mail.app_id = $3 AND mail.email = owner.email
       WHERE owner.organization_id = $1 AND owner.is_verified AND NOT EXISTS (
         SELECT FROM mail_opt_out AS opt_out
         WHERE opt_out.organization_id = $1 AND opt_out.email = owner.email AND opt_out.kind = $5
       ) ORDER BY owner.email LIMIT 100`,
      [organizationId, reason, id, this.settings.mailDedupSeconds, kind],
    );
    const late = rows.filter((row) => row.is_lately).length;
    if (late > 0) ownerMailsTotal.inc({ kind: reason, result: 'had_one' }, late);
    return rows.filter((row) => !row.is_lately).map((row) => row.email);
  }
}

/** No path, query or user: they can hold secrets. */
function hostOf(url: string | null): string {
  return url !== null && URL.canParse(url) ? new URL(url).host : 'the endpoint';
}

/** Enough to tell the owners of one app apart. */
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);
