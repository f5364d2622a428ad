import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { inTransaction } from '@switchyard/database';
import type { Pool, Transaction } from '@switchyard/database';
import type { RandomSource } from '@switchyard/primitives';
import applyOutcomesSql from './apply-outcomes.sql';
import type { ChunkEffect, ChunkPlace, DeadLetter, LedgerEntry } from './ledger-entry';

/** What became of a chunk. */
export type ApplyResult =
  | { readonly kind: 'applied'; readonly fresh: number; readonly duplicates: number }
  /** Somebody else has moved the position; nothing of this chunk was kept. */
  | { readonly kind: 'fenced' };

/** A value above this is kept as its digest: dead letters must not outgrow what they document. */
const DEAD_VALUE_BYTES_MAX = 1024 * 1024;
const DETAIL_LENGTH_MAX = 500;
const CONFLICT_RETRIES = 5;
/** Deadlock, serialization failure: the same transaction may succeed when it is tried again. */
const CONFLICTS: ReadonlySet<unknown> = new Set(['40P01', '40001']);

class Fenced extends Error {}

/** Gives chunks of records their effect, each exactly once. */
export class OutcomeLedger {
  constructor(
    private readonly pool: Pool,
    private readonly group: string,
    private readonly random: RandomSource,
  ) {}

  /** The offset up to which a partition has had its effect; made with `first` when there is none. */
  async position(source: string, partition: number, first: bigint): Promise<bigint> {
    const { rows } = await this.pool.query<{ next: string }>(
      `WITH made AS (
         INSERT INTO ingest_position (consumer_group, source, partition_no, next_offset) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING RETURNING next_offset)
       SELECT next_offset AS next FROM made UNION ALL
       SELECT next_offset FROM ingest_position WHERE consumer_group = $1 AND source = $2 AND partition_no = $3 LIMIT 1`,
      [this.group, source, partition, first],
    );
    // Another process made the row a moment ago, in a transaction that this statement could not see.
    return rows[0] === undefined ? this.position(source, partition, first) : BigInt(rows[0].next);
  }

  /** Every stored position of a source. */
  async positions(source: string): Promise<ReadonlyMap<number, bigint>> {
    const { rows } = await this.pool.query<{ partition: number; next: string }>(
      `SELECT partition_no AS partition, next_offset AS next FROM ingest_position WHERE consumer_group = $1 AND source = $2`,
      [this.group, source],
    );
    return new Map(rows.map(({ partition, next }) => [partition, BigInt(next)]));
  }

  /** Moves the position and books everything, or does nothing. */
  async apply(place: ChunkPlace, effect: ChunkEffect): Promise<ApplyResult> {
    for (let attempt = 0; ; attempt++) {
      try {
        const fresh = await inTransaction(this.pool, (transaction) => this.applyIn(transaction, place, effect));
        return { kind: 'applied', fresh, duplicates: effect.entries.length - fresh };
      } catch (error) {
        if (error instanceof Fenced) return { kind: 'fenced' };
        if (attempt >= CONFLICT_RETRIES || !CONFLICTS.has((error as { code?: unknown }).code)) throw error;
        await delay(10 * 2 ** attempt * (0.5 + this.random.next()));
      }
    }
  }

  private async applyIn(transaction: Transaction, place: ChunkPlace, effect: ChunkEffect): Promise<number> {
    const { source, partition, expectedOffset, nextOffset } = place;
    const { rowCount } = await transaction.query(
      `UPDATE ingest_position SET next_offset = $4, updated_at = now()
       WHERE consumer_group = $1 AND source = $2 AND partition_no = $3 AND next_offset = $5`,
      [this.group, source, partition, nextOffset, expectedOffset],
    );
    if (rowCount !== 1) throw new Fenced();
    await insertDeadLetters(transaction, place, effect.deadLetters);
    return insertOutcomes(transaction, place, effect.entries);
  }
}

/** Books outcomes; resolves to how many of them were new. */
export async function insertOutcomes(
  transaction: Transaction,
  { source, partition }: Pick<ChunkPlace, 'source' | 'partition'>,
  entries: readonly LedgerEntry[],
): Promise<number> {
  if (entries.length === 0) return 0;
  const column = <Value>(read: (entry: LedgerEntry) => Value): Value[] => entries.map(read);
  const { rows } = await transaction.query<{ applied: number }>({
    name: 'apply-outcomes',
    text: applyOutcomesSql,
    values: [
      column(({ dedupeId }) => dedupeId),
      column(({ occurredAtMs }) => new Date(occurredAtMs).toISOString()),
      column(({ orgId }) => orgId),
      column(({ projectId }) => projectId),
      column(({ keyId }) => keyId),
      column(({ outcome }) => outcome),
      column(({ reason }) => reason),
      column(({ category }) => category),
      column(({ quantity }) => quantity),
      column(({ eventId }) => eventId),
      column(({ recordOffset }) => recordOffset),
      column(({ publish }) => publish?.topic ?? null),
      column(({ publish }) => publish?.body ?? null),
      source,
      partition,
    ],
  });
  return rows[0]?.applied ?? 0;
}

async function insertDeadLetters(
  transaction: Transaction,
  { source, partition }: ChunkPlace,
  letters: readonly DeadLetter[],
): Promise<void> {
  for (const { record, code, detail } of letters) {
    const value = record.value ?? Buffer.alloc(0);
    await transaction.query(
      `INSERT INTO dead_letter (source, partition_no, record_offset, error_code, detail, headers, appended_at, value, value_sha256, value_bytes)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`,
      [
        source,
        partition,
        record.offset,
        code,
        detail.slice(0, DETAIL_LENGTH_MAX),
        // jsonb holds no NUL.
        JSON.stringify(record.headers).replaceAll('\\u0000', ''),
        new Date(record.timestampMs),
        value.length > DEAD_VALUE_BYTES_MAX ? null : value,
        createHash('sha256').update(value).digest(),
        value.length,
      ],
    );
  }
}
