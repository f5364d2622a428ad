import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import type { InboundRequest, RoutingDecision } from '@switchyard/parsers';
import { CLOCK } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { slackReplays } from './slack-replays.metrics';

/** Twice as long as Slack's signatures are fresh. */
const KEPT_SECONDS = 600;
const PRUNE_EVERY_MS = 60_000;
/** Rows of one pruning: what is left over waits for the next. */
const PRUNE_ROWS = 50_000;
/** Slack waits three seconds for everything; a slow table may not eat them. */
const STORE_BUDGET_MS = 250;

const SIGNATURE = /^v0=[0-9a-f]{64}$/;

/**
 * Tells replays of Slack's requests: Slack dates its own repeats anew, so the same signature twice is never Slack (slack.md §9.4).
 *
 * A table that is down or slow lets requests pass: their effects may happen twice, and being there comes first.
 */
@Injectable()
export class SlackReplays {
  private pruneAtMs = 0;

  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Whether this request was here before; remembers it when it was not. Never throws. Only requests whose signature was found
   * good are remembered, so that strangers cannot fill the table.
   */
  async isReplay(provider: string, inbound: InboundRequest, { verification }: RoutingDecision): Promise<boolean> {
    if (provider !== 'slack' || verification?.kind !== 'ok') return false;
    // A search changes nothing, and people type while they wait.
    if (inbound.view === 'options-load') return false;
    const signature = inbound.header('x-slack-signature');
    if (signature === undefined || !SIGNATURE.test(signature)) return false;
    try {
      const isNew = await within(STORE_BUDGET_MS, this.remember(createHash('sha256').update(signature).digest()));
      if (!isNew) slackReplays.inc({ result: 'repeated' });
      return !isNew;
    } catch (error) {
      slackReplays.inc({ result: 'not_checked' });
      this.logger.warn({ error }, 'slack_replay.not_checked');
      return false;
    }
  }

  private async remember(hash: Buffer): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `INSERT INTO slack_request_seen AS seen (signature_hash) VALUES ($1)
       ON CONFLICT (signature_hash) DO UPDATE SET seen_at = now()
       WHERE seen.seen_at < now() - make_interval(secs => $2)`,
      [hash, KEPT_SECONDS],
    );
    this.prune();
    return rowCount === 1;
  }

  /** Beside the requests, which do not wait for it. */
  private prune(): void {
    const nowMs = this.clock.monotonic();
    if (nowMs < this.pruneAtMs) return;
    this.pruneAtMs = nowMs + PRUNE_EVERY_MS;
    this.pool
      .query(
        `DELETE FROM slack_request_seen WHERE signature_hash IN (
           SELECT signature_hash FROM slack_request_seen WHERE seen_at < now() - make_interval(secs => $1)
           ORDER BY seen_at LIMIT $2)`,
        [KEPT_SECONDS, PRUNE_ROWS],
      )
      .catch((error: unknown) => this.logger.warn({ error }, 'slack_replay.not_pruned'));
  }
}

/** @throws Error when it takes longer; whatever comes of it then is nobody's */
async function within<T>(budgetMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${budgetMs} ms`)), budgetMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
