/*
 * Switches off apps that stay broken (spec: outgoing-webhooks.md §4, §7, with the corrections of §4.4).
 *
 * The state changes in one statement that only one process can win: it locks the app's row, and only `active` becomes `disabled`.
 * Audit entry, the end of queued deliveries and the mail to the owners are written in the same transaction; the counters are
 * cleared after its commit. Should the process die before that, the app is disabled all the same, and clearing is repeated when
 * it is enabled.
 */
import { Inject, Injectable } from '@nestjs/common';
import type { Transaction } from '@switchyard/database';
import { appSubject, IntegrationHealthService } from '@switchyard/integration-request-buffer';
import type { DayCounts } from '@switchyard/integration-request-buffer';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { OutboxWriter } from '@switchyard/transactional-outbox';
import type { Enqueue } from '@switchyard/transactional-outbox';
import { APP_COLUMNS } from '../platform/app';
import type { App } from '../platform/app';
import { auditApp, SYSTEM_ACTOR } from '../platform/audit';
import { WEBHOOK_SETTINGS } from '../webhook.settings';
import type { WebhookSettings } from '../webhook.settings';
import { disabledTotal } from './disabling.metrics';
import type { OwnerNotice } from './owner-notice';
import { evidenceOf, warningOf } from './progress';

/** Why an app is disabled. `gone`: its endpoint answered 410. */
export type DisableRule = 'errors' | 'fatal' | 'gone' | 'timeouts';

@Injectable()
export class DisableService {
  constructor(
    private readonly health: IntegrationHealthService,
    private readonly outbox: OutboxWriter,
    @Inject(WEBHOOK_SETTINGS) private readonly settings: WebhookSettings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Looks at an app after a failure: disables it, or warns its owners. */
  async review(appId: string, organizationId: string): Promise<void> {
    if (this.settings.disableMode === 'off') return;
    const { verdict, days } = await this.health.judge(appSubject(appId, organizationId));
    if (verdict.isBroken) await this.disable(appId, organizationId, verdict.reason, days);
    else await this.warn(appId, warningOf(verdict.progress), days);
  }

  /** Whether it was this call that disabled the app. */
  async disable(
    appId: string,
    organizationId: string,
    rule: DisableRule,
    days: readonly DayCounts[] = [],
  ): Promise<boolean> {
    if (this.settings.disableMode !== 'enforce') {
      disabledTotal.inc({ rule, mode: this.settings.disableMode });
      this.logger.warn({ app: appId, rule, window: days }, 'sentryapp.would_be_disabled');
      return false;
    }
    const app = await this.outbox.transaction((transaction, enqueue) =>
      this.disableIn(transaction, enqueue, { appId, organizationId, rule, days }),
    );
    if (app === undefined) return false;
    disabledTotal.inc({ rule, mode: 'enforce' });
    this.logger.warn(
      { sentryapp_slug: app.slug, sentryapp_uuid: app.uuid, org_id: organizationId, rule, buffer_record: days },
      'sentryapp.disabled',
    );
    await this.health.clear(appSubject(appId, organizationId));
    return true;
  }

  /** Gives an app its subscriptions back. `undefined` when it is not disabled. */
  async enable(app: App, actor: string): Promise<App | undefined> {
    await this.health.clear(appSubject(app.id, app.organizationId));
    return this.outbox.transaction(async (transaction, enqueue) => {
      const { rows } = await transaction.query<App>(
        `UPDATE app SET state = 'active', disabled_at = NULL, disabled_rule = NULL, warned_percent = 0, updated_at = now()
         WHERE id = $1 AND state = 'disabled' RETURNING ${APP_COLUMNS}`,
        [app.id],
      );
      const [enabled] = rows;
      if (enabled === undefined) return undefined;
      await auditApp(transaction, app.organizationId, 'internal-integration.enable', actor, { name: app.name });
      await this.tell(transaction, enqueue, enabled, { kind: 'enabled', evidence: '' });
      return enabled;
    });
  }

  private async disableIn(
    transaction: Transaction,
    enqueue: Enqueue,
    {
      appId,
      organizationId,
      rule,
      days,
    }: { appId: string; organizationId: string; rule: DisableRule; days: readonly DayCounts[] },
  ): Promise<App | undefined> {
    const { rows } = await transaction.query<App>(
      `UPDATE app SET state = 'disabled', disabled_at = now(), disabled_rule = $2, updated_at = now()
       WHERE id = $1 AND state = 'active' RETURNING ${APP_COLUMNS}`,
      [appId, rule],
    );
    const [app] = rows;
    if (app === undefined) return undefined;
    await transaction.query(
      `UPDATE app_delivery SET status = 'cancelled', reason = 'app_disabled', finished_at = now()
       FROM occurrence
       WHERE occurrence.id = occurrence_id AND app_id = $1 AND status = 'waiting' AND claimed_until <= now()
         AND resource NOT IN ('installation', 'event_alert', 'metric_alert')`,
      [appId],
    );
    const { name, slug, events } = app;
    await auditApp(transaction, organizationId, 'internal-integration.disable', SYSTEM_ACTOR, {
      name,
      rule,
      window: days,
      app_id: appId,
      app_slug: slug,
      previous_events: events,
    });
    await this.tell(transaction, enqueue, app, { kind: 'disabled', evidence: evidenceOf(rule, days) });
    return app;
  }

  /** Once per step: the step that was told is kept with the app, in the transaction of the mail. */
  private async warn(appId: string, percent: number, days: readonly DayCounts[]): Promise<void> {
    if (percent === 0 || this.settings.disableMode !== 'enforce') return;
    await this.outbox.transaction(async (transaction, enqueue) => {
      const { rows } = await transaction.query<App>(
        `UPDATE app SET warned_percent = $2 WHERE id = $1 AND state = 'active' AND warned_percent < $2
         RETURNING ${APP_COLUMNS}`,
        [appId, percent],
      );
      const [app] = rows;
      if (app === undefined) return;
      const evidence = evidenceOf('', days);
      await this.tell(transaction, enqueue, app, { kind: 'warning', percent, evidence });
    });
  }

  private async tell(
    transaction: Transaction,
    enqueue: Enqueue,
    app: App,
    notice: Pick<OwnerNotice, 'evidence' | 'kind' | 'percent'>,
  ): Promise<void> {
    const { rows } = await transaction.query<{ id: string }>(`SELECT nextval('owner_notice_id') AS id`);
    const payload: OwnerNotice = { ...notice, appId: app.id };
    await enqueue({
      destination: 'control',
      scope: 'app',
      shardIdentifier: app.id,
      category: 'ownerMail',
      objectIdentifier: rows[0]?.id ?? '0',
      payload: { ...payload },
    });
  }
}
