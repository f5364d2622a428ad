import { OUTBOX_CATEGORIES, OUTBOX_SCOPES } from './category';
import type { OutboxCategory, OutboxScope } from './category';
import { InvalidOutboxError } from './invalid-outbox.error';

/** Rows of one shard are handled one after another; shards are independent. */
export interface OutboxShard {
  /** `control`, or the name of a region. */
  readonly destination: string;
  readonly scope: OutboxScope;
  /** Decimal id of the owner within the scope. */
  readonly shardIdentifier: string;
}

/** A change that another silo, or another process, must hear of. */
export interface OutboxMessage extends OutboxShard {
  readonly category: OutboxCategory;
  /** Decimal id of the changed object. Of rows with one shard, category and object only the newest is handled. */
  readonly objectIdentifier: string;
  /** Small, free of secrets; handlers should rather read the state anew. */
  readonly payload?: Readonly<Record<string, unknown>>;
}

/** Larger ones belong in a table of their own, with their id in the message. */
const PAYLOAD_BYTES_MAX = 256 * 1024;
const IDENTIFIER = /^-?\d{1,19}$/;

/** @throws InvalidOutboxError */
export function encodeMessage(message: OutboxMessage): readonly unknown[] {
  const category = OUTBOX_CATEGORIES[message.category] as { number: number; scope: OutboxScope } | undefined;
  if (category === undefined) throw new InvalidOutboxError('the category is not registered');
  if (category.scope !== message.scope) {
    throw new InvalidOutboxError('the category belongs to another scope', {
      category: message.category,
      scope: message.scope,
    });
  }
  if (message.destination === '' || message.destination.length > 48)
    throw new InvalidOutboxError('the destination has no name of up to 48 characters');
  if (!IDENTIFIER.test(message.shardIdentifier) || !IDENTIFIER.test(message.objectIdentifier))
    throw new InvalidOutboxError('an identifier is not a whole number', { category: message.category });
  const payload = message.payload === undefined ? null : JSON.stringify(message.payload);
  if (payload !== null && Buffer.byteLength(payload) > PAYLOAD_BYTES_MAX)
    throw new InvalidOutboxError(`the payload has more than ${PAYLOAD_BYTES_MAX} bytes`, {
      category: message.category,
    });
  return [...shardKey(message), category.number, message.objectIdentifier, payload];
}

/** The shard's key as SQL parameters. */
export function shardKey(shard: OutboxShard): readonly [string, number, string] {
  return [shard.destination, OUTBOX_SCOPES[shard.scope], shard.shardIdentifier];
}

/** One text per shard, for sets and logs. */
export function shardName(shard: OutboxShard): string {
  return `${shard.destination}:${shard.scope}:${shard.shardIdentifier}`;
}
