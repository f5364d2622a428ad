/*
 * Draining one mailbox, in order.
 *
 * A drain holds a claim: a row in `mailbox` with its token and an end. It takes a batch of rows (which counts an attempt for
 * each), sends them in order, together where the region takes that, and removes those that are done. The first retryable
 * failure ends the drain: the mailbox is not due again until its backoff is over, so nothing overtakes the row that failed.
 *
 * No transaction and no lock is held while a request is under way. What a crash leaves, at any line:
 *   after the take        rows wait with an attempt counted; the claim ends by itself and another drain goes on
 *   after a send          the row is sent again; the region knows its delivery id and changes nothing
 *   after the removal     the record is in the same statement, nothing is missing
 * A drain never sends when its claim could end before the answer: it renews by taking the next batch, or stops.
 */
import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, RANDOM } from '@switchyard/primitives';
import type { Clock, RandomSource } from '@switchyard/primitives';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { backoffMs } from './backoff';
import type { DeliveryResult } from './delivery-result';
import { LaneCounts, splitIntoLanes } from './lanes';
import { deliveries, deliveryAgeSeconds } from './outbox.metrics';
import { OUTBOX_SETTINGS } from './outbox.settings';
import type { OutboxSettings } from './outbox.settings';
import type { TakenWebhook } from './stored-webhook';
import { StoredWebhookStore } from './stored-webhook.store';
import type { FinishedWebhook, UnreadableWebhook } from './stored-webhook.store';
import { WebhookTransfer } from './webhook-transfer';

/** Why a drain ended: nothing left, failed (backoff set), postponed (the region wants to be left alone), or there is more and others should have their turn. */
export type DrainEnd = 'empty' | 'failed' | 'more' | 'not_ours' | 'postponed' | 'stopped';

/** After so many batches a drain lets other mailboxes have its place. */
const BATCHES_PER_TURN = 8;
/** Failures that a drain sets aside. More of them mean that the region is unwell; then the mailbox waits as a whole. */
const ASIDE_MAX = 10;

/** What a batch came to; `unsentIds` get their attempt back. */
interface BatchEnd {
  /** Rows to be removed and recorded. */
  readonly finished: readonly FinishedWebhook[];
  readonly end: 'done' | 'failed' | 'out_of_time' | 'postponed' | 'stopped';
  readonly notBeforeMs: number;
  readonly unsentIds: readonly string[];
}

const WORST_FIRST = ['failed', 'postponed', 'out_of_time', 'stopped'] as const;

/** What the steps of one run share. */
interface RunningDrain {
  readonly mailbox: string;
  readonly token: string;
  /** Rows to be removed and recorded. */
  readonly finished: FinishedWebhook[];
  /** How many were set aside. */
  readonly aside: { count: number };
}

/** What one row came to: done with, or the mailbox waits; postponed ones count no attempt. */
type RowEnd = 'done' | { readonly end: 'failed' | 'postponed'; readonly afterMs: number };

@Injectable()
export class MailboxDrain {
  private isStopping = false;
  private readonly skipping: ReadonlySet<string>;
  private readonly lanes = new LaneCounts();

  constructor(
    private readonly store: StoredWebhookStore,
    private readonly transfer: WebhookTransfer,
    @Inject(OUTBOX_SETTINGS) private readonly settings: OutboxSettings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RANDOM) private readonly random: RandomSource,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.skipping = new Set(settings.skipOnFailure);
  }

  /** Makes every running drain stop after its request and give its claim back. */
  stop(): void {
    this.isStopping = true;
  }

  /**
   * Delivers a mailbox until it is empty, fails, or has had its turn.
   *
   * @param lanesMax requests that may be under way for it at once, where its provider's policy allows more than one
   */
  async run(mailbox: string, lanesMax = 1): Promise<DrainEnd> {
    const token = randomUUID();
    const aside = { count: 0 };
    for (let turn = 0; turn < BATCHES_PER_TURN && !this.isStopping; turn++) {
      const claimedAt = this.clock.monotonic();
      const batch = await this.store.takeBatch(mailbox, token);
      if (batch.length === 0) return this.leaveEmpty(mailbox, token);
      const lanes = this.lanes.next(mailbox, batch.length === this.settings.batchRows, lanesMax);
      const sent = await this.sendBatch({ mailbox, token, aside }, splitIntoLanes(batch, lanes), claimedAt);
      const { end, notBeforeMs, unsentIds, finished } = sent;
      if (end === 'done' && this.isLast(batch)) return this.leave(mailbox, token, finished);
      await this.store.finish(finished);
      if (end === 'done') continue;
      await this.store.release(mailbox, token, notBeforeMs, unsentIds);
      return end === 'out_of_time' ? 'more' : end;
    }
    await this.store.release(mailbox, token, 0, []);
    return this.isStopping ? 'stopped' : 'more';
  }

  /** Fewer rows than it might have taken: there is hardly more, so the end takes one round trip. A row tried before comes alone. */
  private isLast(batch: readonly (TakenWebhook | UnreadableWebhook)[]): boolean {
    return batch.length < this.settings.batchRows && batch.every((row) => 'isUnreadable' in row || row.attempts === 1);
  }

  private async leave(mailbox: string, token: string, finished: readonly FinishedWebhook[]): Promise<DrainEnd> {
    const { isReleased, hasMore } = await this.store.finishAndRelease(mailbox, token, finished);
    if (!isReleased) return 'not_ours';
    return hasMore ? 'more' : 'empty';
  }

  /**
   * Releases, then looks again: a row that was committed before the release had its hint refused because of our claim.
   */
  private async leaveEmpty(mailbox: string, token: string): Promise<DrainEnd> {
    if (!(await this.store.release(mailbox, token, 0, []))) return 'not_ours';
    return (await this.store.hasRows(mailbox)) ? 'more' : 'empty';
  }

  /** Sends the lanes beside each other; each stops where it must, and all have ended when this resolves. */
  private async sendBatch(
    drain: Omit<RunningDrain, 'finished'>,
    lanes: readonly (readonly (TakenWebhook | UnreadableWebhook)[])[],
    claimedAt: number,
  ): Promise<BatchEnd> {
    const finished: FinishedWebhook[] = [];
    const claimEndsAt = claimedAt + this.settings.claimMs;
    const settled = await Promise.allSettled(
      lanes.map((lane) => this.sendLane({ ...drain, finished }, lane, claimEndsAt)),
    );
    const ends = settled.flatMap((lane) => (lane.status === 'fulfilled' ? [lane.value] : []));
    const broken = settled.find((lane) => lane.status === 'rejected');
    if (broken !== undefined) {
      // What reached its region is done, whatever befell the rest.
      await this.store.finish(finished);
      throw broken.reason;
    }
    const worst = WORST_FIRST.find((name) => ends.some(({ end }) => end === name)) ?? 'done';
    return {
      end: worst,
      notBeforeMs: Math.max(0, ...ends.map(({ notBeforeMs }) => notBeforeMs)),
      unsentIds: ends.flatMap(({ unsentIds }) => unsentIds),
      finished,
    };
  }

  private async sendLane(
    drain: RunningDrain,
    batch: readonly (TakenWebhook | UnreadableWebhook)[],
    claimEndsAt: number,
  ): Promise<Omit<BatchEnd, 'finished'>> {
    const unsentFrom = (index: number): string[] => batch.slice(index).map(({ id }) => id);
    for (let index = 0; index < batch.length;) {
      if (this.isStopping) return { end: 'stopped', notBeforeMs: 0, unsentIds: unsentFrom(index) };
      if (this.clock.monotonic() + this.settings.timeoutMs > claimEndsAt) {
        return { end: 'out_of_time', notBeforeMs: 0, unsentIds: unsentFrom(index) };
      }
      const rest = batch.slice(index);
      const rows = await this.handle(drain, rest);
      const stop = rows.find((row) => row !== 'done');
      if (stop !== undefined) {
        const isTried = (_: unknown, at: number): boolean => rows[at] === 'done' || rows[at]?.end === 'failed';
        const unsentIds = rest.filter((row, at) => !isTried(row, at)).map(({ id }) => id);
        return { end: stop.end, notBeforeMs: stop.afterMs, unsentIds };
      }
      index += rows.length;
    }
    return { end: 'done', notBeforeMs: 0, unsentIds: [] };
  }

  /** Buries the first row, or sends it, with as many as go along. One end each for those that were tried. */
  private async handle(
    drain: RunningDrain,
    rows: readonly (TakenWebhook | UnreadableWebhook)[],
  ): Promise<readonly RowEnd[]> {
    const { mailbox } = drain;
    const end = rows.findIndex((row) => !this.isSendable(row));
    const sendable = rows.slice(0, end < 0 ? rows.length : end) as readonly TakenWebhook[];
    if (sendable.length === 0) return [await this.buryUnsendable(mailbox, rows[0] as TakenWebhook | UnreadableWebhook)];
    const startedAt = this.clock.monotonic();
    const isStrict = this.isStrict(drain, sendable[0]?.provider ?? '');
    const results = await this.transfer.send(mailbox, sendable, isStrict);
    const durationMs = this.clock.monotonic() - startedAt;
    const ends: RowEnd[] = [];
    for (const [index, result] of results.entries()) {
      const webhook = sendable[index] as TakenWebhook;
      this.report(mailbox, webhook, result, durationMs);
      const rowEnd = await this.settle(drain, webhook, result, isStrict);
      ends.push(rowEnd);
      if (isStrict && rowEnd !== 'done') break;
    }
    return ends;
  }

  /** More attempts than the limit mean that every one was counted and none came back: each time the process died. */
  private isSendable(row: TakenWebhook | UnreadableWebhook): row is TakenWebhook {
    return !('isUnreadable' in row) && !row.isExpired && row.attempts <= this.settings.attemptsMax;
  }

  private async buryUnsendable(mailbox: string, row: TakenWebhook | UnreadableWebhook): Promise<RowEnd> {
    if ('isUnreadable' in row) {
      this.logger.error({ mailbox, stored_webhook_id: row.id }, 'webhook.unreadable');
      await this.store.bury(row.id, 'unreadable');
      return 'done';
    }
    return this.giveUp(mailbox, row, row.isExpired ? 'expired' : 'attempts_exceeded', undefined);
  }

  /** Whether what follows a webhook that has to be tried again waits for it. One that was set aside has none behind it. */
  private isStrict({ mailbox, aside }: RunningDrain, provider: string): boolean {
    return !this.skipping.has(provider) || aside.count >= ASIDE_MAX || mailbox.includes('!');
  }

  private async settle(
    drain: RunningDrain,
    webhook: TakenWebhook,
    result: DeliveryResult,
    isStrict: boolean,
  ): Promise<RowEnd> {
    const { mailbox, finished } = drain;
    switch (result.kind) {
      case 'delivered':
        finished.push({ id: webhook.id, outcome: 'delivered', status: result.status });
        return 'done';
      case 'rejected':
        await this.store.bury(webhook.id, `rejected_${result.reason}`, result.status);
        return 'done';
      case 'postponed':
        return { end: 'postponed', afterMs: Math.ceil(result.waitMs) };
      case 'retry':
        if (webhook.attempts >= this.settings.attemptsMax) {
          return this.giveUp(mailbox, webhook, 'attempts_exceeded', result.status);
        }
        return this.tryAgain(drain, webhook, isStrict);
    }
  }

  /** Later: the whole mailbox, or this one alone. */
  private async tryAgain({ mailbox, token, aside }: RunningDrain, { id, attempts }: TakenWebhook, isStrict: boolean) {
    const afterMs = backoffMs(attempts, this.settings.backoffMs, this.random);
    if (isStrict || aside.count >= ASIDE_MAX) return { end: 'failed', afterMs } as const;
    aside.count += 1;
    return (await this.store.setAside(id, mailbox, token, afterMs)) ? 'done' : ({ end: 'failed', afterMs } as const);
  }

  private async giveUp(
    mailbox: string,
    webhook: TakenWebhook,
    reason: 'expired' | 'attempts_exceeded',
    status: number | undefined,
  ): Promise<RowEnd> {
    deliveries.of(webhook.provider, webhook.region, reason).inc();
    this.logger.warn(
      { mailbox, stored_webhook_id: webhook.id, request_id: webhook.requestId, reason, attempts: webhook.attempts },
      'webhook.died',
    );
    await this.store.bury(webhook.id, reason, status);
    return 'done';
  }

  private report(mailbox: string, webhook: TakenWebhook, result: DeliveryResult, durationMs: number): void {
    const { provider, region } = webhook;
    const outcome = result.kind === 'delivered' ? 'delivered' : `${result.kind}_${result.reason}`;
    deliveries.of(provider, region, outcome).inc();
    const ageMs = this.clock.now() - webhook.receivedAt.getTime();
    if (result.kind === 'delivered') deliveryAgeSeconds.observe({ region }, ageMs / 1000);
    const isDelivered = result.kind === 'delivered';
    this.logger[isDelivered ? 'info' : 'warn'](
      {
        mailbox,
        stored_webhook_id: webhook.id,
        request_id: webhook.requestId,
        region,
        attempt: webhook.attempts,
        result: outcome,
        status: result.status,
        duration_ms: Math.round(durationMs * 10) / 10,
        age_ms: ageMs,
      },
      isDelivered ? 'webhook.delivered' : 'webhook.delivery_failed',
    );
  }
}
