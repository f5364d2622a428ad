import { temporaryDatabase } from '@switchyard/database/testing';
import type { TemporaryDatabase } from '@switchyard/database/testing';
import { outboxMigrations } from './migrations';
import backlogSql from './sql/backlog.sql';
import dueMailboxesSql from './sql/due-mailboxes.sql';
import finishSql from './sql/finish.sql';
import takeBatchSql from './sql/take-batch.sql';

const ROWS = 1_000_000;
/** One mailbox with most of them, and many with one each. */
const SMALL_MAILBOXES = 200;
const TOKEN = '00000000-0000-4000-8000-000000000001';

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly PlanNode[];
}

let database: TemporaryDatabase;

beforeAll(async () => {
  database = await temporaryDatabase(outboxMigrations);
  const columns =
    'mailbox, region, provider, request_id, expires_at, is_verified, method, path, headers, body_bytes, body_sha256, sealed';
  const values = `'us', 'github', 'r', now() + interval '1 day', true, 'POST', '/', '[]', 1, '\\x00', '\\x00'`;
  await database.pool.query(
    `INSERT INTO stored_webhook (${columns}) SELECT 'github:us:busy', ${values} FROM generate_series(1, $1::integer)`,
    [ROWS],
  );
  await database.pool.query(
    `INSERT INTO stored_webhook (${columns}) SELECT 'github:us:' || n, ${values} FROM generate_series(1, $1::integer) n`,
    [SMALL_MAILBOXES],
  );
  await database.pool.query('ANALYZE stored_webhook');
}, 120_000);
afterAll(() => database.drop(), 60_000);

/** The plan as it was carried out; what it changed is undone. */
async function explain(sql: string, parameters: readonly unknown[]): Promise<readonly PlanNode[]> {
  const client = await database.pool.connect();
  try {
    await client.query('BEGIN');
    // As a prepared statement is planned after its first runs.
    await client.query('SET LOCAL plan_cache_mode = force_generic_plan');
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${sql}`,
      [...parameters],
    );
    return nodesOf(rows[0]?.['QUERY PLAN'][0].Plan);
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

const nodesOf = (node: PlanNode | undefined): readonly PlanNode[] =>
  node === undefined ? [] : [node, ...(node.Plans ?? []).flatMap((child) => nodesOf(child))];
const scansOf = (nodes: readonly PlanNode[]): readonly string[] =>
  nodes.filter((node) => node['Relation Name'] === 'stored_webhook').map((node) => node['Node Type']);
const buffersOf = ([top]: readonly PlanNode[]): number =>
  (top?.['Shared Hit Blocks'] ?? 0) + (top?.['Shared Read Blocks'] ?? 0);

describe(`hot statements on ${ROWS} waiting webhooks`, () => {
  it('a claim takes the head of a deep mailbox by its index, for what the batch costs', async () => {
    const deep = await explain(takeBatchSql, ['github:us:busy', TOKEN, 30_000, 50]);
    const shallow = await explain(takeBatchSql, ['github:us:7', TOKEN, 30_000, 50]);
    expect(scansOf(deep)).not.toContain('Seq Scan');
    expect(deep.some((node) => node['Index Name'] === 'stored_webhook_mailbox_id')).toBe(true);
    expect(buffersOf(deep)).toBeLessThan(2_000);
    expect(buffersOf(shallow)).toBeLessThan(200);
  });

  it('due mailboxes are found by one probe each, whatever their depth', async () => {
    const nodes = await explain(dueMailboxesSql, ['', 1_000]);
    expect(scansOf(nodes)).not.toContain('Seq Scan');
    expect(buffersOf(nodes)).toBeLessThan(10 * SMALL_MAILBOXES);
  });

  it('the backlog is measured by two probes per mailbox, whatever their depth', async () => {
    const nodes = await explain(backlogSql, [1_000]);
    expect(scansOf(nodes)).not.toContain('Seq Scan');
    expect(buffersOf(nodes)).toBeLessThan(20 * SMALL_MAILBOXES);
  });

  it('a finished batch is removed by the primary key', async () => {
    const { rows } = await database.pool.query<{ id: string }>(
      `SELECT id FROM stored_webhook WHERE mailbox = 'github:us:busy' ORDER BY id LIMIT 50`,
    );
    const ids = rows.map(({ id }) => id);
    const nodes = await explain(finishSql, [ids, ids.map(() => 'delivered'), ids.map(() => 200), []]);
    expect(scansOf(nodes)).not.toContain('Seq Scan');
    expect(buffersOf(nodes)).toBeLessThan(2_500);
  });
});
