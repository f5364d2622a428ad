import type { Queryable, Transaction } from '@switchyard/database';
import type { DeliveryRecord, RecordedOutcome } from './delivery-record';
import findDeliverySql from './find-delivery.sql';
import insertDeliverySql from './insert-delivery.sql';

/**
 * What writing a record came to.
 *
 * - `new`: it is written; the changes that belong to it are to be made in the same transaction.
 * - `repeat`: this delivery was settled before; nothing is written.
 * - `same-event`: another delivery brought the same event of the provider before; written as a duplicate.
 */
export type RecordResult =
  | { readonly kind: 'new' }
  | { readonly kind: 'repeat'; readonly status: number; readonly outcome: RecordedOutcome }
  | { readonly kind: 'same-event'; readonly status: number };

interface FoundRow {
  readonly delivery_id: string;
  readonly outcome: RecordedOutcome;
  readonly status: number;
}

/** Records can vanish (purge) or be undone (rollback) between the insert and the look; more than twice is a bug. */
const ROUNDS_MAX = 3;

/**
 * Writes a delivery's record, unless the delivery or its event was settled before.
 *
 * A refusal settles nothing: the same delivery is judged again, because an operator may have mended in between what it
 * was refused for, and a refusal changed nothing that a second look could double.
 */
export async function recordDelivery(transaction: Transaction, record: DeliveryRecord): Promise<RecordResult> {
  for (let round = 0; round < ROUNDS_MAX; round++) {
    if (await insert(transaction, record, record.outcome, record.status)) return { kind: 'new' };

    const found = await find(transaction, record);
    if (found === undefined) continue;
    if (found.delivery_id !== record.deliveryId) {
      await insert(transaction, record, 'duplicate', found.status);
      return { kind: 'same-event', status: found.status };
    }
    if (found.outcome !== 'rejected' || record.outcome === 'rejected') {
      return { kind: 'repeat', status: found.status, outcome: found.outcome };
    }
    await transaction.query("DELETE FROM webhook_delivery WHERE delivery_id = $1 AND outcome = 'rejected'", [
      record.deliveryId,
    ]);
  }
  throw new Error('a delivery record neither could be written nor is there');
}

async function insert(
  database: Queryable,
  record: DeliveryRecord,
  outcome: RecordedOutcome,
  status: number,
): Promise<boolean> {
  const { rowCount } = await database.query(insertDeliverySql, [
    record.deliveryId,
    record.providerDeliveryId,
    record.provider,
    record.view,
    record.eventType,
    record.integrationId,
    record.bodySha256,
    record.bodyBytes,
    new Date(record.receivedAtMs),
    new Date(record.handledAtMs),
    outcome,
    status,
  ]);
  return rowCount === 1;
}

async function find(database: Queryable, record: DeliveryRecord): Promise<FoundRow | undefined> {
  const { rows } = await database.query<FoundRow>(findDeliverySql, [
    record.deliveryId,
    record.provider,
    record.integrationId ?? '',
    // Only what would take effect can have done so before.
    record.outcome === 'handled' ? record.providerDeliveryId : null,
  ]);
  return rows[0];
}
