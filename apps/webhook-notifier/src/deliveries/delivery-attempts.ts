import { Inject, Injectable } from '@nestjs/common';
import { InjectQueue } from '@nestjs/bullmq';
import { KeyRing } from '@switchyard/database';
import { CLOCK, RANDOM } from '@switchyard/primitives';
import type { Clock, RandomSource } from '@switchyard/primitives';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import type { Queue } from 'bullmq';
import { DisableService } from '../disabling/disable.service';
import { occurrenceContext } from '@switchyard/app-events';
import type { OccurrenceContent } from '@switchyard/app-events';
import { AppSecretBox } from '../platform/app-secrets';
import { isAlertResource } from '@switchyard/app-events';
import type { DeliveryResult } from '../sending/delivery-result';
import { retryDelayMs } from '../sending/retry-policy';
import { WebhookSender } from '../sending/webhook-sender';
import { WEBHOOK_SETTINGS } from '../webhook.settings';
import type { WebhookSettings } from '../webhook.settings';
import { attemptSeconds, attemptsTotal, finishedTotal } from './delivery.metrics';
import { DeliveryStore } from './delivery.store';
import type { ClaimedDelivery, EndedDelivery } from './delivery.store';
import { DELIVERY_QUEUE } from './delivery-queue';
import type { DeliveryHint } from './delivery-queue';
import { EndpointBreaker } from './endpoint-breaker';
import { scheduleOf } from './retry-schedule';

/** Opened occurrences that are remembered; few, as they may be large. */
const CONTENTS_MAX = 50;

/** Makes one attempt of one delivery, and decides what comes next. */
@Injectable()
export class DeliveryAttempts {
  private readonly secrets: AppSecretBox;
  private readonly contents = new Map<string, OccurrenceContent>();

  constructor(
    private readonly deliveries: DeliveryStore,
    private readonly keys: KeyRing,
    private readonly sender: WebhookSender,
    private readonly breaker: EndpointBreaker,
    private readonly disabling: DisableService,
    @InjectQueue(DELIVERY_QUEUE) private readonly queue: Queue<DeliveryHint>,
    @Inject(WEBHOOK_SETTINGS) private readonly settings: WebhookSettings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RANDOM) private readonly random: RandomSource,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.secrets = new AppSecretBox(keys);
  }

  /** Nothing happens when the delivery is not due, was made, or is being made elsewhere. */
  async make(id: string, appId: string): Promise<void> {
    const startedAt = this.clock.monotonic();
    const row = await this.deliveries.claim(id);
    const because = row === undefined ? undefined : reasonNotToSend(row);
    if (row === undefined || because !== undefined) {
      this.breaker.report(appId, false);
      if (row !== undefined && because !== undefined) await this.end(row, 'cancelled', because);
      return;
    }
    const result = await this.send(row);
    this.breaker.report(appId, result.kind === 'retryable');
    attemptsTotal.inc({ result: result.kind });
    await this.settle(row, result);
    attemptSeconds.observe((this.clock.monotonic() - startedAt) / 1000);
    if (row.kind === 'internal' && !isAlertResource(row.resource) && result.kind !== 'delivered') {
      await this.disabling.review(row.app_id, row.organization_id);
    }
  }

  private send(row: ClaimedDelivery): Promise<DeliveryResult> {
    const { data, actor } = this.contentOf(row);
    const alert =
      row.sealed_settings === null ? undefined : this.open<Record<string, unknown>>(row, row.sealed_settings);
    return this.sender.send({
      app: {
        id: row.app_id,
        isInternal: row.kind === 'internal',
        webhookUrl: row.webhook_url ?? undefined,
        secrets: this.secrets.open(row.app_uuid, row.sealed_secrets, this.clock.now()),
      },
      organizationId: row.organization_id,
      event: {
        resource: row.resource,
        action: row.action,
        installationUuid: row.installation_uuid,
        data: alert === undefined ? data : { ...data, issue_alert: { ...alert, sentry_app_id: Number(row.app_id) } },
        actor,
      },
      deliveryId: row.message_id,
      attempt: row.attempts,
      isReplay: row.is_replay,
    });
  }

  /** One occurrence is delivered to many apps, mostly at the same time. */
  private contentOf(row: ClaimedDelivery): OccurrenceContent {
    const known = this.contents.get(row.message_id);
    if (known !== undefined) return known;
    const content = this.open<OccurrenceContent>(row, row.sealed);
    const [oldest] = this.contents.keys();
    if (oldest !== undefined && this.contents.size >= CONTENTS_MAX) this.contents.delete(oldest);
    this.contents.set(row.message_id, content);
    return content;
  }

  private open<Content>({ key }: ClaimedDelivery, sealed: Buffer): Content {
    return JSON.parse(this.keys.open(sealed, occurrenceContext(key)).toString('utf8')) as Content;
  }

  private async settle(row: ClaimedDelivery, result: DeliveryResult): Promise<void> {
    switch (result.kind) {
      case 'delivered':
        return this.end(row, 'delivered', null);
      case 'retryable': {
        const schedule = scheduleOf(this.settings, row.kind, row.resource);
        const delayMs = retryDelayMs(row.attempts, this.random, result.retryAfterMs, schedule);
        return delayMs === undefined
          ? this.end(row, 'dead', result.reason)
          : this.postpone(row, delayMs, result.reason);
      }
      case 'gone':
        await this.end(row, 'dead', 'gone');
        await this.disabling.disable(row.app_id, row.organization_id, 'gone');
        return;
      case 'rejected':
      case 'blocked':
      case 'not_sent':
        return this.end(row, 'dead', result.reason);
    }
  }

  private async postpone(row: ClaimedDelivery, delayMs: number, reason: string): Promise<void> {
    const { id, app_id: appId, attempts, resource } = row;
    const delay = Math.ceil(delayMs);
    const endsWithApp = !isAlertResource(resource) && resource !== 'installation';
    await this.deliveries.postpone(row, delay, reason, endsWithApp);
    try {
      await this.queue.add('due', { id, appId }, { delay, jobId: `delivery-${id}-${attempts}` });
    } catch (error) {
      // The sweeper finds it.
      this.logger.warn({ error, delivery: id }, 'delivery_hint.failed');
    }
  }

  private async end({ id }: ClaimedDelivery, status: EndedDelivery['status'], reason: string | null): Promise<void> {
    await this.deliveries.end({ id, status, reason });
    finishedTotal.inc({ status, reason: reason ?? 'none' });
  }
}

/** The last word to an installation goes out whatever became of it; alert rules do not stop with a disable (spec §7.3). */
function reasonNotToSend({ resource, state, installation_status: installation }: ClaimedDelivery): string | undefined {
  if (resource === 'installation') return undefined;
  if (state === 'deleted') return 'app_deleted';
  if (installation === 'deleted') return 'uninstalled';
  return state === 'disabled' && !isAlertResource(resource) ? 'app_disabled' : undefined;
}
