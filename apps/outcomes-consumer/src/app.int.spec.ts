import { createHash } from 'node:crypto';
import { Queue } from 'bullmq';
import { getQueueToken } from '@nestjs/bullmq';
import { until } from '@switchyard/event-stream/testing';
import { seededRandom } from '@switchyard/primitives';
import { checkPositions, BUCKETS_TOPIC } from './consume/topics';
import { OutcomeLedger } from './ledger/outcome-ledger';
import { NOTICE_QUEUE } from './notices/notice';
import { ADMIN_TOKEN, startApp } from './testing/app-kit';
import type { AppKit } from './testing/app-kit';
import { bucketRecord, customRecord, HAS_PROFILE } from './testing/bucket-records';

let kit: AppKit;
beforeAll(async () => {
  kit = await startApp();
}, 60_000);
afterAll(() => kit.close());

interface Stats {
  groups: { by: Record<string, unknown>; totals: Record<string, number> }[];
}
const PATH = '/api/0/organizations';
const stats = async (org: number, query: string, token = ADMIN_TOKEN) => {
  const { status, text } = await kit.get(`${PATH}/${org}/stats_v2?field=sum(quantity)&statsPeriod=1d&${query}`, token);
  return { status, ...(JSON.parse(text) as Stats & { detail?: string }) };
};

describe('outcomes-consumer', () => {
  it('turns published buckets into usage that its API tells, and publishes each outcome once', async () => {
    const records = Array.from({ length: 200 }, (_, index) => ({
      key: String(index),
      value: bucketRecord({ orgId: 100, projectId: index % 3, value: '2', tags: { [HAS_PROFILE]: 'true' } }),
    }));
    await kit.stream.publish(BUCKETS_TOPIC, records);
    const category = 'groupBy=category&groupBy=outcome';
    await until(
      async () =>
        (await stats(100, category)).groups.every(({ totals }) => totals['sum(quantity)'] === 400) &&
        (await stats(100, category)).groups.length === 2,
    );
    // Of this organization only: the other tests of this file publish too, in any order.
    const published = `SELECT count(*)::integer AS count FROM stream_record
      WHERE topic = 'outcomes-billing' AND convert_from(value, 'UTF8') LIKE '%"org_id":100,%'`;
    await until(async () => (await kit.pool.query<{ count: number }>(published)).rows[0]?.count === 400);
    const unread = `SELECT (SELECT sum(next_offset) FROM stream_partition WHERE topic = 'outcomes-billing')
      - (SELECT sum(next_offset) FROM ingest_position WHERE source = 'default/outcomes-billing#1') AS count`;
    await until(async () => Number((await kit.pool.query<{ count: string | null }>(unread)).rows[0]?.count ?? 1) === 0);
    expect(
      (await stats(100, category)).groups.map(({ by, totals }) => [by['category'], totals['sum(quantity)']]),
    ).toEqual([
      ['transaction', 400],
      ['profile', 400],
    ]);
    expect((await kit.get('/readyz')).status).toBe(200);
  }, 60_000);

  it('tells the notifier of a first custom metric with a job', async () => {
    await kit.pool.query(`INSERT INTO project (id, org_id, slug, platform) VALUES (7, 101, 'seven', 'node')`);
    await kit.stream.publish(BUCKETS_TOPIC, [
      { key: 'k', value: customRecord(undefined, { orgId: 101, projectId: 7 }) },
    ]);
    const queue = kit.app.get<Queue>(getQueueToken(NOTICE_QUEUE));
    await until(async () => (await queue.getWaitingCount()) > 0);
    const [job] = await queue.getWaiting();
    expect([job?.name, job?.data]).toEqual([
      'first_custom_metric',
      expect.objectContaining({
        data: expect.objectContaining({ organization_id: 101, project_id: 7, platform: 'node' }) as unknown,
      }),
    ]);
  });

  it('shows nobody what is not theirs, whatever the question groups by', async () => {
    await kit.pool.query(
      `INSERT INTO outcome_hourly VALUES (102, date_trunc('hour', now()), 2, 0, 1, 0, 'none', 5, 1), (102, date_trunc('hour', now()), 2, 0, 2, 0, 'none', 7, 1)`,
    );
    const digest = (token: string) => createHash('sha256').update(token).digest();
    await kit.pool.query('INSERT INTO usage_token VALUES ($1, 102, $2), ($3, 102, NULL)', [
      digest('one'),
      [1],
      digest('all'),
    ]);
    const total = (answer: Stats) => answer.groups.reduce((sum, { totals }) => sum + (totals['sum(quantity)'] ?? 0), 0);
    for (const query of [
      'category=transaction',
      'category=transaction&groupBy=project',
      'groupBy=project&groupBy=category&groupBy=outcome',
    ]) {
      expect(total(await stats(102, query, 'one'))).toBe(5);
      expect(total(await stats(102, query, 'all'))).toBe(12);
    }
    expect((await stats(102, 'category=transaction&project=2', 'one')).status).toBe(403);
    expect((await stats(100, 'category=transaction', 'one')).status).toBe(403);
    expect((await stats(102, 'category=transaction', 'guess')).status).toBe(401);
  });

  it('answers as CSV, and refuses a wrong question with what is wrong', async () => {
    const { text, headers } = await kit.get(
      `${PATH}/103/stats_v2?field=sum(quantity)&groupBy=category&statsPeriod=1d&download=true`,
    );
    expect([text, headers.get('content-type')]).toEqual(['category,sum(quantity)\r\n', 'text/csv; charset=utf-8']);
    expect(await stats(103, 'category=nope')).toMatchObject({ status: 400, detail: 'Invalid category: "nope"' });
  });

  it('T67, T68 a topic that was made again refuses the start until its number is raised', async () => {
    const topic = 'made-again';
    await kit.stream.ensureTopics([{ name: topic, partitions: 1 }]);
    const ledger = new OutcomeLedger(kit.pool, 'spec', seededRandom(1));
    await ledger.position(`default/${topic}#1`, 0, 50n);
    const check = (epoch: number) =>
      checkPositions({ stream: kit.stream, ledger }, topic, `default/${topic}#${epoch}`, 'stop');
    await expect(check(1)).rejects.toMatchObject({ code: 'SWY_USAGE_TOPIC_RECREATED' });
    await expect(check(2)).resolves.toBeUndefined();
    expect(await ledger.position(`default/${topic}#2`, 0, 0n)).toBe(0n);
  });

  it('T74 a position below what the topic still holds refuses the start', async () => {
    const topic = 'expired';
    await kit.stream.ensureTopics([{ name: topic, partitions: 1 }]);
    await kit.pool.query(`UPDATE stream_partition SET low_offset = 10, next_offset = 20 WHERE topic = $1`, [topic]);
    const ledger = new OutcomeLedger(kit.pool, 'spec', seededRandom(1));
    await ledger.position('default/expired#1', 0, 5n);
    const check = checkPositions({ stream: kit.stream, ledger }, topic, 'default/expired#1', 'stop');
    await expect(check).rejects.toMatchObject({ code: 'SWY_USAGE_RECORDS_EXPIRED' });
  });

  it('shares work with another process, and loses nothing when one leaves', async () => {
    const other = await kit.another();
    const publish = (from: number) =>
      kit.stream.publish(
        BUCKETS_TOPIC,
        Array.from({ length: 100 }, (_, index) => ({
          key: String(from + index),
          value: bucketRecord({ orgId: 104, value: '1' }),
        })),
      );
    await publish(0);
    await other.close();
    await publish(100);
    const sum = async () => (await stats(104, 'category=transaction')).groups[0]?.totals['sum(quantity)'];
    await until(async () => (await sum()) === 200);
  }, 60_000);
});
