/*
 * The log of rejected requests.
 *
 * It is for operators, so it must cost senders nothing: entries are gathered and written together, a second's worth has a limit,
 * and when the database is away they are dropped and counted. Whoever floods the gateway fills at most the table's limit.
 */
import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { PG_POOL, valuesClause } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { CLOCK } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { GATEWAY_SETTINGS } from '../gateway.settings';
import type { GatewaySettings } from '../gateway.settings';
import { factsOf } from './rejected-request';
import type { RejectedRequest, Rejection } from './rejected-request';
import { rejectionsLogged } from './rejections.metrics';

const COLUMNS =
  'request_id, received_at, provider, view, method, status, reason, because, verification, facts, sender_address, body_bytes';
const COLUMN_COUNT = 12;
const WRITE_EVERY_MS = 500;
/** Per write: 200 a second tell what goes on; a flood of the same says no more. */
const ENTRIES_MAX = 100;
const PURGE_EVERY_MS = 60_000;
/** Rows per statement of a purge. */
const PURGE_ROWS = 10_000;
const METHOD_MAX = 16;

/** What to look for. */
export interface RejectionQuery {
  readonly provider?: string;
  readonly reason?: string;
  readonly requestId?: string;
  readonly since?: Date;
  /** The id of the last entry of the page before. */
  readonly before?: string;
  readonly limit: number;
}

@Injectable()
export class RejectionLog implements OnApplicationBootstrap, OnModuleDestroy {
  private waiting: unknown[][] = [];
  private running: Promise<void> = Promise.resolve();
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    @Inject(GATEWAY_SETTINGS) private readonly settings: GatewaySettings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.every(WRITE_EVERY_MS, () => this.write());
    this.every(PURGE_EVERY_MS, () => this.purge());
  }

  async onModuleDestroy(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await this.running;
    await this.write();
  }

  /** Notes a request; returns at once and never throws. */
  record({ requestId, raw, provider, view, status, reason, because, decided }: Rejection): void {
    if (this.waiting.length >= ENTRIES_MAX) {
      rejectionsLogged.inc({ result: 'skipped' });
      return;
    }
    const verdict = decided?.decision.verification;
    this.waiting.push([
      requestId,
      new Date(this.clock.now()),
      provider,
      view,
      raw.method.slice(0, METHOD_MAX),
      status,
      reason,
      because,
      verdict === undefined ? null : verdict.kind === 'ok' ? 'ok' : verdict.reason,
      JSON.stringify((decided?.lookups ?? []).map(factsOf)),
      raw.senderAddress ?? null,
      raw.body.length,
    ]);
  }

  /** Writes what waits, in one statement. */
  async write(): Promise<void> {
    const rows = this.waiting;
    if (rows.length === 0) return;
    this.waiting = [];
    try {
      await this.pool.query(
        `INSERT INTO rejected_request (${COLUMNS}) VALUES ${valuesClause(rows.length, COLUMN_COUNT)}`,
        rows.flat(),
      );
      rejectionsLogged.inc({ result: 'written' }, rows.length);
    } catch (error) {
      rejectionsLogged.inc({ result: 'failed' }, rows.length);
      this.logger.warn({ error, entries: rows.length }, 'rejections.not_written');
    }
  }

  /** Removes what is too old, and the oldest of what is too much; resolves to how many. */
  async purge(): Promise<number> {
    const receivedBefore = new Date(this.clock.now() - this.settings.rejectionDays * 86_400_000);
    const { rowCount } = await this.pool.query(
      `DELETE FROM rejected_request WHERE id IN (
         SELECT id FROM rejected_request
         WHERE received_at < $1 OR id <= (SELECT max(id) FROM rejected_request) - $2::bigint
         ORDER BY id LIMIT $3)`,
      [receivedBefore, this.settings.rejectionsMax, PURGE_ROWS],
    );
    return rowCount ?? 0;
  }

  /** The newest first. */
  async list({
    provider,
    reason,
    requestId,
    since,
    before,
    limit,
  }: RejectionQuery): Promise<readonly RejectedRequest[]> {
    const { rows } = await this.pool.query<RejectedRequest>(
      `SELECT id::text, request_id AS "requestId", received_at AS "receivedAt", provider, view, method, status, reason,
         because, verification, facts, sender_address AS "senderAddress", body_bytes AS "bodyBytes"
       FROM rejected_request
       WHERE ($1::text IS NULL OR provider = $1) AND ($2::text IS NULL OR reason = $2)
         AND ($3::text IS NULL OR request_id = $3) AND ($4::timestamptz IS NULL OR received_at >= $4)
         AND ($5::bigint IS NULL OR id < $5)
       ORDER BY rejected_request.id DESC LIMIT $6`,
      [provider ?? null, reason ?? null, requestId ?? null, since ?? null, before ?? null, limit],
    );
    return rows;
  }

  private every(ms: number, work: () => Promise<unknown>): void {
    const timer = setInterval(() => {
      this.running = this.running.then(work).then(
        () => undefined,
        (error: unknown) => this.logger.warn({ error }, 'rejections.upkeep_failed'),
      );
    }, ms);
    this.timers.push(timer.unref());
  }
}
