import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { KeyRing, PG_POOL, valuesClause } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { currentTraceparent } from '@switchyard/telemetry';
import { laneOf } from './lanes';
import { OUTBOX_SETTINGS, regionsWithPayload } from './outbox.settings';
import type { OutboxSettings } from './outbox.settings';
import burySql from './sql/bury.sql';
import dueMailboxesSql from './sql/due-mailboxes.sql';
import finishAndReleaseSql from './sql/finish-and-release.sql';
import finishSql from './sql/finish.sql';
import insertUnseenSql from './sql/insert-unseen.sql';
import releaseSql from './sql/release.sql';
import setAsideSql from './sql/set-aside.sql';
import takeBatchSql from './sql/take-batch.sql';
import type { DeliveryOutcome, NewStoredWebhook, TakenWebhook } from './stored-webhook';
import { decodeWebhook, encodeWebhook } from './stored-webhook.codec';

/** A row that cannot be opened: altered, or sealed with a key that is gone. */
export interface UnreadableWebhook {
  readonly id: string;
  readonly isUnreadable: true;
  readonly lane?: undefined;
}

/** A mailbox that may be drained. */
export interface DueMailbox {
  readonly name: string;
  /** Whether it has waited for the end of a backoff. */
  readonly isRetry: boolean;
}

/** What became of one row. */
export interface FinishedWebhook {
  readonly id: string;
  readonly outcome: DeliveryOutcome;
  readonly status: number;
}

/** One row ready for the INSERT: its parameters in the order of {@link COLUMN_TYPES}. */
export type EncodedRow = readonly unknown[];

/** A request ready to be stored: one row per destination. */
export interface EncodedRequest {
  /** What tells it from others; `undefined` when the provider gave it no id, or nobody asks. */
  readonly seenKey: Buffer | undefined;
  readonly rows: readonly EncodedRow[];
}

const COLUMN_TYPES = {
  mailbox: 'text',
  region: 'text',
  provider: 'text',
  integration_id: 'bigint',
  provider_delivery_id: 'text',
  event_type: 'text',
  request_id: 'text',
  expires_at: 'timestamptz',
  is_ephemeral: 'boolean',
  is_verified: 'boolean',
  method: 'text',
  path: 'text',
  headers: 'text',
  body_bytes: 'integer',
  body_sha256: 'bytea',
  sealed: 'bytea',
  lane: 'smallint',
  traceparent: 'text',
};
const COLUMNS = Object.keys(COLUMN_TYPES).join(', ');
const COLUMN_COUNT = Object.keys(COLUMN_TYPES).length;

/**
 * Reads and writes the tables of stored delivery. Every method is one statement, so each is all or nothing.
 *
 * Deliberately not here: sending, timing, deciding.
 */
@Injectable()
export class StoredWebhookStore {
  private readonly payloadRegions: readonly string[];

  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    private readonly keys: KeyRing,
    @Inject(OUTBOX_SETTINGS) private readonly settings: OutboxSettings,
  ) {
    this.payloadRegions = regionsWithPayload(settings);
  }

  /** Encodes a request to its rows, one per destination. `nowMs` starts the age limit. */
  encode(webhook: NewStoredWebhook, nowMs: number): EncodedRequest {
    const sha256 = createHash('sha256').update(webhook.body).digest();
    const expiresAt = new Date(nowMs + Math.min(webhook.maxAgeMs ?? Infinity, this.settings.ageMaxMs));
    // Asked here, where the request still runs: the batch that stores the rows is no request's.
    const traceparent = currentTraceparent() ?? null;
    const rows = webhook.destinations.map(({ region, mailbox }) => {
      const { headers, sealed } = encodeWebhook(this.keys, mailbox, webhook.headers, webhook.body);
      return [
        mailbox,
        region,
        webhook.provider,
        webhook.integrationId,
        webhook.providerDeliveryId ?? null,
        webhook.eventType ?? null,
        webhook.requestId,
        expiresAt,
        webhook.maxAgeMs !== undefined,
        webhook.isVerified,
        webhook.method,
        webhook.path,
        headers,
        webhook.body.length,
        sha256,
        sealed,
        webhook.orderKey === undefined ? null : laneOf(webhook.orderKey),
        traceparent,
      ];
    });
    return { rows, seenKey: this.settings.duplicateWindowSeconds > 0 ? seenKeyOf(webhook, sha256) : undefined };
  }

  /**
   * Commits requests in one statement.
   *
   * @param requests no two with the same `seenKey`
   * @returns one flag each: `false` for those that were stored before, within the window, and are not stored again
   */
  async insert(requests: readonly EncodedRequest[]): Promise<readonly boolean[]> {
    if (requests.some(({ seenKey }) => seenKey !== undefined)) return this.insertUnseen(requests);
    const rows = requests.flatMap((request) => request.rows);
    await this.pool.query({
      name: rows.length <= PREPARED_ROWS_MAX ? `outbox-insert-${rows.length}` : undefined,
      text: `INSERT INTO stored_webhook (${COLUMNS}) VALUES ${valuesClause(rows.length, COLUMN_COUNT)}`,
      values: rows.flat(),
    });
    return requests.map(() => true);
  }

  private async insertUnseen(requests: readonly EncodedRequest[]): Promise<readonly boolean[]> {
    const values = requests.flatMap(({ seenKey, rows }) => rows.flatMap((row) => [seenKey ?? null, ...row]));
    const count = values.length / (COLUMN_COUNT + 1);
    const { rows } = await this.pool.query<{ key: Buffer }>({
      name: count <= PREPARED_ROWS_MAX ? `outbox-insert-unseen-${count}` : undefined,
      text: insertUnseenText(count),
      values: [...values, this.settings.duplicateWindowSeconds],
    });
    const stored = new Set(rows.map(({ key }) => key.toString('latin1')));
    return requests.map(({ seenKey }) => seenKey === undefined || stored.has(seenKey.toString('latin1')));
  }

  /** Claims the mailbox, or renews the claim of `token`, and takes its next rows in order; empty when there is nothing to do. */
  async takeBatch(mailbox: string, token: string): Promise<readonly (TakenWebhook | UnreadableWebhook)[]> {
    const { rows } = await this.pool.query<TakenRow>({
      name: 'outbox-take-batch',
      text: takeBatchSql,
      values: [mailbox, token, this.settings.claimMs, this.settings.batchRows],
    });
    return rows.map((row) => this.decode(mailbox, row)).sort((left, right) => compareIds(left.id, right.id));
  }

  /** Removes rows that are done with and records them. */
  async finish(finished: readonly FinishedWebhook[]): Promise<void> {
    if (finished.length === 0) return;
    await this.pool.query({
      name: 'outbox-finish',
      text: finishSql,
      values: [
        finished.map(({ id }) => id),
        finished.map(({ outcome }) => outcome),
        finished.map(({ status }) => status),
        this.payloadRegions,
      ],
    });
  }

  /** The same for the last rows of a drain, whose claim is given back; says whether it was still held and whether more wait. */
  async finishAndRelease(
    mailbox: string,
    token: string,
    finished: readonly FinishedWebhook[],
  ): Promise<{ readonly isReleased: boolean; readonly hasMore: boolean }> {
    const { rows } = await this.pool.query<{ is_released: boolean; has_more: boolean }>({
      name: 'outbox-finish-and-release',
      text: finishAndReleaseSql,
      values: [
        finished.map(({ id }) => id),
        finished.map(({ outcome }) => outcome),
        finished.map(({ status }) => status),
        mailbox,
        token,
        this.payloadRegions,
      ],
    });
    return { isReleased: rows[0]?.is_released === true, hasMore: rows[0]?.has_more === true };
  }

  /** Gives one row a mailbox of its own, due after a backoff, so that the ones behind it go on. */
  async setAside(id: string, mailbox: string, token: string, notBeforeMs: number): Promise<boolean> {
    const { rowCount } = await this.pool.query(setAsideSql, [id, mailbox, token, notBeforeMs]);
    return rowCount === 1;
  }

  /** Makes one row a dead letter. */
  async bury(id: string, reason: DeliveryOutcome, status?: number): Promise<void> {
    await this.pool.query({ name: 'outbox-bury', text: burySql, values: [id, reason, status ?? null] });
  }

  /**
   * Gives up the claim of `token`; false when it was not held any more.
   *
   * @param notBeforeMs the mailbox is not due for so long; 0 leaves it due
   * @param unsentIds rows that were taken but not sent: their attempt is not counted
   */
  async release(mailbox: string, token: string, notBeforeMs: number, unsentIds: readonly string[]): Promise<boolean> {
    const { rows } = await this.pool.query({
      name: 'outbox-release',
      text: releaseSql,
      values: [mailbox, token, notBeforeMs, unsentIds],
    });
    return rows.length > 0;
  }

  /** Whether any row waits in the mailbox. */
  async hasRows(mailbox: string): Promise<boolean> {
    const { rows } = await this.pool.query({
      name: 'outbox-has-rows',
      // By order, so that no plan reads other mailboxes' rows.
      text: `SELECT 1 FROM (
        SELECT mailbox FROM stored_webhook WHERE (mailbox, id) >= ($1::text, 0) ORDER BY mailbox, id LIMIT 1
      ) AS next WHERE next.mailbox = $1`,
      values: [mailbox],
    });
    return rows.length > 0;
  }

  /** Names of due mailboxes after a cursor, in name order. */
  async dueMailboxes(after: string, limit: number): Promise<readonly DueMailbox[]> {
    const { rows } = await this.pool.query<{ mailbox: string; is_retry: boolean }>({
      name: 'outbox-due-mailboxes',
      text: dueMailboxesSql,
      values: [after, limit],
    });
    return rows.map((row) => ({ name: row.mailbox, isRetry: row.is_retry }));
  }

  /** Forgets deliveries of providers that were seen before the window. */
  async purgeSeen(): Promise<void> {
    await this.pool.query(`DELETE FROM seen_delivery WHERE seen_at < now() - $1::integer * interval '1 second'`, [
      this.settings.duplicateWindowSeconds,
    ]);
  }

  /** Deletes dead letters older than the retention, and mailboxes of what was set aside and is gone. */
  async purge(): Promise<number> {
    const count = await this.purgeDead();
    await this.pool.query(
      `DELETE FROM mailbox WHERE name IN (
         SELECT name FROM mailbox WHERE strpos(name, '!') > 0 AND claimed_until <= now() AND due_at <= now()
           AND NOT EXISTS (SELECT FROM stored_webhook WHERE stored_webhook.mailbox = name)
         LIMIT $1)`,
      [PURGE_ROWS],
    );
    return count;
  }

  private async purgeDead(): Promise<number> {
    const result = await this.pool.query(
      `DELETE FROM dead_letter WHERE id IN (
         SELECT id FROM dead_letter WHERE died_at < now() - $1::integer * interval '1 day' ORDER BY died_at LIMIT $2)`,
      [this.settings.retentionDays, PURGE_ROWS],
    );
    return result.rowCount ?? 0;
  }

  private decode(mailbox: string, row: TakenRow): TakenWebhook | UnreadableWebhook {
    try {
      const { headers, body } = decodeWebhook(this.keys, row.sealed_mailbox ?? mailbox, row);
      return {
        id: row.id,
        region: row.region,
        provider: row.provider,
        integrationId: row.integration_id ?? undefined,
        providerDeliveryId: row.provider_delivery_id ?? undefined,
        eventType: row.event_type ?? undefined,
        requestId: row.request_id,
        receivedAt: row.received_at,
        isExpired: row.is_expired,
        isVerified: row.is_verified,
        attempts: row.attempts,
        method: row.method,
        path: row.path,
        headers,
        body,
        bodySha256Hex: row.body_sha256.toString('hex'),
        lane: row.lane ?? undefined,
        traceparent: row.traceparent ?? undefined,
      };
    } catch {
      return { id: row.id, isUnreadable: true };
    }
  }
}

/**
 * Up to so many rows the statement is prepared, once per connection and number of rows: parsing a thousand parameters costs
 * PostgreSQL more than inserting them. Above, one statement serves so many requests that it does not matter.
 */
const PREPARED_ROWS_MAX = 64;
/** Few enough that a purge never holds locks for long, many enough to keep up with a busy day in minutes. */
const PURGE_ROWS = 10_000;

const SEEN_KEY_BYTES = 16;

/**
 * The body is part of it: somebody who knows the id of a delivery that is to come cannot keep it out by sending something else
 * under it first.
 */
function seenKeyOf({ provider, integrationId, providerDeliveryId }: NewStoredWebhook, bodySha256: Buffer) {
  if (providerDeliveryId === undefined) return undefined;
  return createHash('sha256')
    .update(JSON.stringify([provider, integrationId, providerDeliveryId]))
    .update(bodySha256)
    .digest()
    .subarray(0, SEEN_KEY_BYTES);
}

const insertTexts: string[] = [];

/** The rows whose key is new, in their order; see insert-unseen.sql. */
function insertUnseenText(rowCount: number): string {
  return (insertTexts[rowCount] ??= insertUnseenSql
    .replaceAll('/* columns */', COLUMNS)
    .replace('/* rows */', numberedRows(rowCount))
    .replace('/* window */', `$${rowCount * (COLUMN_COUNT + 1) + 1}`));
}

/** `(1,$1::bytea,$2::text,…),(2,$18,…)`: the first row tells the types of all. */
function numberedRows(rowCount: number): string {
  const types = ['bytea', ...Object.values(COLUMN_TYPES)];
  let parameter = 0;
  return Array.from({ length: rowCount }, (_, row) => {
    const parameters = types.map((type) => `$${++parameter}${row === 0 ? `::${type}` : ''}`);
    return `(${row},${parameters.join(',')})`;
  }).join(',');
}

interface TakenRow {
  readonly id: string;
  readonly region: string;
  readonly provider: string;
  readonly integration_id: string | null;
  readonly provider_delivery_id: string | null;
  readonly event_type: string | null;
  readonly request_id: string;
  readonly received_at: Date;
  readonly is_expired: boolean;
  readonly is_verified: boolean;
  readonly attempts: number;
  readonly method: string;
  readonly path: string;
  readonly headers: string;
  readonly body_sha256: Buffer;
  readonly sealed: Buffer;
  readonly sealed_mailbox: string | null;
  readonly lane: number | null;
  readonly traceparent: string | null;
}

/** Orders ids as numbers: they are strings because a bigint does not fit a JavaScript number. */
function compareIds(left: string, right: string): number {
  return left.length - right.length || (left < right ? -1 : left > right ? 1 : 0);
}
