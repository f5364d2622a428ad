import { Inject, Injectable } from '@nestjs/common';
import { PG_POOL } from '@switchyard/database';
import type { Pool, Queryable } from '@switchyard/database';
import { OUTBOX_SCOPES } from './category';
import type { OutboxScope } from './category';
import { encodeMessage, shardKey } from './outbox-message';
import type { OutboxMessage, OutboxShard } from './outbox-message';
import deleteOlderSql from './sql/delete-older.sql';
import dueShardsSql from './sql/due-shards.sql';
import nextGroupSql from './sql/next-group.sql';
import prepareSql from './sql/prepare.sql';

/** A claim on a shard, and up to which row it reaches. */
export interface ShardClaim {
  readonly shard: OutboxShard;
  readonly token: string;
  /** Absent: everything. */
  readonly upToId?: string;
}

/** The newest row of a coalescing group. */
export interface OutboxGroup {
  readonly id: string;
  readonly category: number;
  readonly objectIdentifier: string;
  readonly payload: Readonly<Record<string, unknown>> | undefined;
  readonly addedAtMs: number;
  readonly oldestAddedAtMs: number;
}

/** How many rows a shard holds. */
export interface ShardDepth extends OutboxShard {
  readonly rows: number;
}

const SCOPE_NAMES = new Map<number, OutboxScope>(
  (Object.keys(OUTBOX_SCOPES) as OutboxScope[]).map((name) => [OUTBOX_SCOPES[name], name]),
);

/** Reads and writes the outbox tables; every method is one statement. Deliberately not here: handling, timing, deciding. */
@Injectable()
export class OutboxStore {
  constructor(@Inject(PG_POOL) private readonly pool: Pool) {}

  /** @throws InvalidOutboxError */
  async insert(transaction: Queryable, message: OutboxMessage): Promise<string> {
    const { rows } = await transaction.query<{ id: string }>(
      `INSERT INTO outbox_message
         (destination, shard_scope, shard_identifier, category, object_identifier, payload)
       VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
      [...encodeMessage(message)],
    );
    return (rows[0] as { id: string }).id;
  }

  /** `undefined` while somebody else has the shard, or when it is empty. */
  async prepare(
    shard: OutboxShard,
    token: string,
    claimMs: number,
    options: { readonly backsOff: boolean; readonly upToId?: string },
  ): Promise<ShardClaim | undefined> {
    const { upToId, backsOff } = options;
    const parameters = [...shardKey(shard), token, claimMs, backsOff, upToId ?? null];
    const { rowCount } = await this.pool.query(prepareSql, parameters);
    if (rowCount !== 1) return undefined;
    return { shard, token, ...(upToId === undefined ? {} : { upToId }) };
  }

  /** Renews the claim; `undefined` when nothing is left or the claim is lost. */
  async nextGroup({ shard, token, upToId }: ShardClaim, claimMs: number): Promise<OutboxGroup | undefined> {
    const parameters = [...shardKey(shard), token, claimMs, upToId ?? null];
    const { rows } = await this.pool.query<GroupRow>(nextGroupSql, parameters);
    const row = rows[0];
    if (row === undefined) return undefined;
    return {
      id: row.id,
      category: row.category,
      objectIdentifier: row.object_identifier,
      payload: row.payload ?? undefined,
      addedAtMs: row.date_added.getTime(),
      oldestAddedAtMs: row.oldest_added.getTime(),
    };
  }

  /** Removes what a group's representative stands for, but not itself. Returns the number of rows. */
  async deleteOlder(shard: OutboxShard, group: OutboxGroup): Promise<number> {
    const parameters = [...shardKey(shard), group.category, group.objectIdentifier, group.id];
    let deleted = 0;
    for (;;) {
      const { rowCount } = await this.pool.query(deleteOlderSql, parameters);
      deleted += rowCount ?? 0;
      if ((rowCount ?? 0) < 100) return deleted;
    }
  }

  async delete(id: string): Promise<void> {
    await this.pool.query('DELETE FROM outbox_message WHERE id = $1::bigint', [id]);
  }

  async release({ shard, token }: ShardClaim): Promise<void> {
    await this.pool.query(
      `DELETE FROM outbox_claim
       WHERE destination = $1 AND shard_scope = $2 AND shard_identifier = $3 AND token = $4::uuid`,
      [...shardKey(shard), token],
    );
  }

  async highestId(shard: OutboxShard): Promise<string | undefined> {
    const { rows } = await this.pool.query<{ id: string | null }>(
      `SELECT max(id) AS id FROM outbox_message
       WHERE destination = $1 AND shard_scope = $2 AND shard_identifier = $3`,
      [...shardKey(shard)],
    );
    return rows[0]?.id ?? undefined;
  }

  async dueShards(limit: number): Promise<readonly OutboxShard[]> {
    const { rows } = await this.pool.query<ShardRow>(dueShardsSql, [limit]);
    return rows.map(shardOf);
  }

  /** The deepest shards, for operators. */
  async depths(limit = 10): Promise<readonly ShardDepth[]> {
    const { rows } = await this.pool.query<ShardRow & { rows: number }>(
      `SELECT destination, shard_scope, shard_identifier, count(*)::int AS rows FROM outbox_message
       GROUP BY destination, shard_scope, shard_identifier ORDER BY count(*) DESC LIMIT $1::integer`,
      [limit],
    );
    return rows.map((row) => ({ ...shardOf(row), rows: row.rows }));
  }
}

interface ShardRow {
  destination: string;
  shard_scope: number;
  shard_identifier: string;
}

interface GroupRow {
  id: string;
  category: number;
  object_identifier: string;
  payload: Record<string, unknown> | null;
  date_added: Date;
  oldest_added: Date;
}

function shardOf(row: ShardRow): OutboxShard {
  const scope = SCOPE_NAMES.get(row.shard_scope);
  if (scope === undefined) throw new Error(`the outbox has a row of the unknown scope ${row.shard_scope}`);
  return { destination: row.destination, scope, shardIdentifier: row.shard_identifier };
}
