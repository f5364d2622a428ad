import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { inTransaction, PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { CLOCK } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';
import type { HandlerCall, RegionView, Verdict } from '../handlers/contract';
import type { RecordedOutcome } from './delivery-record';
import { recordDelivery } from './delivery-record.store';
import type { RecordResult } from './delivery-record.store';

/** Whom a request is for. */
export interface DeliveryTarget {
  readonly provider: string;
  readonly viewName: string;
  readonly view: RegionView;
}

/** What one request came to: the answer, and the facts for log and metrics. */
export interface SettledDelivery {
  readonly outcome: RecordedOutcome | 'answered';
  readonly status: number;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Why, where there is more to say than the outcome. */
  readonly because?: string;
  readonly eventType?: string;
  readonly providerDeliveryId?: string;
  /** Whether this region had nothing to check the sender by. */
  readonly isSenderUnchecked?: boolean;
  /** What of it was there before. */
  readonly repeated?: 'delivery' | 'event';
}

/**
 * Lets a request take effect once.
 *
 * The handler judges first, without writing. Then one transaction writes the delivery record and the handler's changes:
 * a crash before its commit leaves nothing, and the gateway sends again; a crash after it leaves both, and the repeat
 * finds the record. Two repeats at once meet at the record's unique index: the second waits for the first one's commit
 * and then is a repeat, or for its rollback and then does the work.
 */
@Injectable()
export class DeliveryService {
  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Judges a request and settles it.
   *
   * @throws whatever the database or the handler's changes throw; nothing is written then
   */
  async settle({ provider, viewName, view }: DeliveryTarget, call: HandlerCall): Promise<SettledDelivery> {
    const verdict = await view.judge(call);
    if (verdict.kind === 'answered') return { outcome: 'answered', status: verdict.status, json: verdict.json };
    if (!view.isRecorded) return settled(verdict);
    return merge(verdict, await this.write(provider, viewName, call, verdict));
  }

  private write(
    provider: string,
    view: string,
    { request, pass, nowMs }: HandlerCall,
    verdict: Exclude<Verdict, { kind: 'answered' }>,
  ): Promise<RecordResult> {
    const { body } = request;
    return inTransaction(this.pool, async (transaction) => {
      const result = await recordDelivery(transaction, {
        deliveryId: pass.deliveryId,
        providerDeliveryId: verdict.providerDeliveryId,
        provider,
        view,
        eventType: verdict.eventType,
        integrationId: pass.integrationId,
        bodySha256: createHash('sha256').update(body).digest(),
        bodyBytes: body.length,
        receivedAtMs: nowMs,
        handledAtMs: this.clock.now(),
        outcome: verdict.kind,
        status: verdict.status,
      });
      if (result.kind === 'new' && verdict.kind === 'handled') await verdict.apply?.(transaction);
      return result;
    });
  }
}

function settled(verdict: Exclude<Verdict, { kind: 'answered' }>): SettledDelivery {
  const { eventType, providerDeliveryId, isSenderUnchecked, status } = verdict;
  const facts = { status, eventType, providerDeliveryId, isSenderUnchecked };
  switch (verdict.kind) {
    case 'handled':
      return { outcome: 'handled', ...facts };
    case 'ignored':
      return { outcome: 'ignored', because: verdict.because, ...facts };
    case 'rejected': {
      const { error, because, headers } = verdict;
      return { outcome: 'rejected', because, json: { error, detail: because }, headers, ...facts };
    }
  }
}

function merge(verdict: Exclude<Verdict, { kind: 'answered' }>, result: RecordResult): SettledDelivery {
  if (result.kind === 'new') return settled(verdict);
  // The reason of a refusal is worth telling each time.
  if (result.kind === 'repeat' && result.outcome === 'rejected') return settled(verdict);
  const { eventType, providerDeliveryId, isSenderUnchecked } = verdict;
  return {
    outcome: 'duplicate',
    status: result.status,
    eventType,
    providerDeliveryId,
    isSenderUnchecked,
    repeated: result.kind === 'repeat' ? 'delivery' : 'event',
  };
}
