import { inTransaction } from '@switchyard/database';
import type { Pool, Transaction } from '@switchyard/database';
import type { StreamRecord } from '@switchyard/event-stream';
import type { RecordPlace } from '../consume/bucket-reader';
import type { RecordReading } from '../consume/chunk';
import { insertOutcomes } from '../ledger/outcome-ledger';

interface DeadRow {
  readonly source: string;
  readonly partition: number;
  readonly offset: string;
  readonly appendedAt: Date;
  readonly value: Buffer;
  readonly headers: Record<string, string>;
}

/** What a replay came to. */
export interface ReplayResult {
  readonly resolved: number;
  readonly stillFaulty: number;
}

const ROWS_MAX = 1_000;

/**
 * Reads dead letters of one source again, with the code of today, and books what they come to.
 *
 * The ids are those that the records would have had at first, so a replay that is repeated, or that meets a rewind, counts nothing
 * twice. One transaction: letters, outcomes and the line in the audit trail.
 */
export function replayDeadLetters(
  pool: Pool,
  source: string,
  read: (record: StreamRecord, place: RecordPlace) => RecordReading,
  author: string,
): Promise<ReplayResult> {
  return inTransaction(pool, async (transaction) => {
    const { rows } = await transaction.query<DeadRow>(
      `SELECT source, partition_no AS partition, record_offset AS offset, appended_at AS "appendedAt", value, headers
       FROM dead_letter WHERE source = $1 AND resolved_at IS NULL AND value IS NOT NULL
       ORDER BY partition_no, record_offset LIMIT $2 FOR UPDATE SKIP LOCKED`,
      [source, ROWS_MAX],
    );
    let resolved = 0;
    for (const row of rows) resolved += Number(await replayOne(transaction, row, read));
    const result = { resolved, stillFaulty: rows.length - resolved };
    await transaction.query('INSERT INTO usage_audit (author, action, detail) VALUES ($1, $2, $3)', [
      author,
      'replay_dead_letters',
      { source, ...result },
    ]);
    return result;
  });
}

async function replayOne(
  transaction: Transaction,
  row: DeadRow,
  read: (record: StreamRecord, place: RecordPlace) => RecordReading,
): Promise<boolean> {
  const { source, partition, value, headers } = row;
  const offset = BigInt(row.offset);
  const reading = read(
    { offset, timestampMs: row.appendedAt.getTime(), key: null, value, headers },
    { source, partition },
  );
  if (reading.kind === 'dead') return false;
  if (reading.kind === 'counted') await insertOutcomes(transaction, { source, partition }, reading.entries);
  await transaction.query(
    'UPDATE dead_letter SET resolved_at = now() WHERE source = $1 AND partition_no = $2 AND record_offset = $3',
    [source, partition, offset],
  );
  return true;
}
