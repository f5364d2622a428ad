import { createHash, randomUUID } from 'node:crypto';
import { until } from '@switchyard/event-stream/testing';
import { BUCKETS_TOPIC } from '../consume/topics';
import { SpikeWatch } from '../operations/spike-watch';
import { UsageOperations } from '../operations/usage-operations';
import { ADMIN_TOKEN, startApp } from '../testing/app-kit';
import type { AppKit } from '../testing/app-kit';
import { bucketRecord } from '../testing/bucket-records';

const HOUR_MS = 3_600_000;

describe('operations on usage', () => {
  let kit: AppKit;
  let organization = 500;
  beforeAll(async () => {
    kit = await startApp();
  }, 60_000);
  afterAll(() => kit.close());
  beforeEach(() => {
    organization += 1;
  });

  const call = async (method: string, path: string, body?: unknown, token = ADMIN_TOKEN) => {
    const response = await fetch(`${await kit.app.getUrl()}/admin/api/usage/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'x-switchyard-actor': 'ada',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, json: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
  };
  const items = async (path: string) => (await call('GET', path)).json['items'] as Record<string, unknown>[];
  const total = async (rest = '') => {
    const query = `field=sum(quantity)&category=transaction&statsPeriod=1d${rest}`;
    const { text } = await kit.get(`/api/0/organizations/${organization}/stats_v2?${query}`);
    return (JSON.parse(text) as { groups: { totals: Record<string, number> }[] }).groups[0]?.totals['sum(quantity)'];
  };
  const send = async (...quantities: number[]) => {
    const records = quantities.map((value) => ({
      key: randomUUID(),
      value: bucketRecord({ orgId: organization, value: String(value) }),
    }));
    await kit.stream.publish(BUCKETS_TOPIC, records);
    const sum = quantities.reduce((left, right) => left + right, 0);
    await until(async () => (await total()) === sum);
  };
  const own = () => ({
    organizationId: organization,
    hour: new Date().toISOString(),
    category: 'transaction',
    outcome: 'accepted',
  });
  const audited = async (action: string) => (await items('audit-log')).filter((line) => line['action'] === action);

  it('a correction is added on request, once by its key, and leaves what was counted as it is', async () => {
    await send(10);
    const body = { ...own(), idempotencyKey: randomUUID(), quantity: -4, reason: 'billed twice by a bug' };
    const first = await call('POST', 'adjustments', body);
    expect([first.status, first.json['quantity'], first.json['author']]).toEqual([
      201,
      '-4',
      'admin-token (on behalf of ada)',
    ]);
    expect((await call('POST', 'adjustments', body)).json['id']).toBe(first.json['id']);
    expect([await total(), await total('&include=adjustments')]).toEqual([10, 6]);
    expect(await items(`adjustments?organizationId=${organization}`)).toHaveLength(1);
    const lines = (await audited('adjust')).filter(({ detail }) =>
      JSON.stringify(detail).includes(body.idempotencyKey),
    );
    expect(lines).toEqual([expect.objectContaining({ author: 'admin-token (on behalf of ada)' })]);
  });

  it('an outcome is taken back by its id, as a correction, and only once', async () => {
    await send(3, 8);
    const { rows } = await kit.pool.query<{ id: string }>(
      'SELECT dedupe_id AS id FROM outcome_event WHERE org_id = $1 AND quantity = 8',
      [organization],
    );
    const body = { outcomeId: rows[0]?.id, reason: 'the customer was right' };
    expect((await call('POST', 'cancellations', body)).json['quantity']).toBe('-8');
    await call('POST', 'cancellations', body);
    expect([await total(), await total('&include=adjustments')]).toEqual([11, 3]);
    expect((await call('POST', 'cancellations', { ...body, outcomeId: randomUUID() })).status).toBe(404);
  });

  it('T63: a partition is sent back, and what is read again counts nothing; forward is refused', async () => {
    await send(1, 2, 3);
    const at = { topic: BUCKETS_TOPIC, reason: 'to be sure' };
    const { rows } = await kit.pool.query<{ partition: number; next: string }>(
      `SELECT partition_no AS partition, next_offset AS next FROM ingest_position WHERE source LIKE '%${BUCKETS_TOPIC}#1' AND next_offset > 0`,
    );
    for (const { partition } of rows)
      expect((await call('POST', 'rewind', { ...at, partition, offset: 0 })).status).toBe(204);
    // Enough to reach every partition, so that each goes back.
    await kit.stream.publish(
      BUCKETS_TOPIC,
      Array.from({ length: 64 }, () => ({ key: randomUUID(), value: bucketRecord({ orgId: 499, value: '1' }) })),
    );
    const positions = async () =>
      (
        await kit.pool.query<{ sum: string }>(
          `SELECT sum(next_offset) FROM ingest_position WHERE source LIKE '%${BUCKETS_TOPIC}#1'`,
        )
      ).rows[0]?.sum;
    const ends = async () =>
      (
        await kit.pool.query<{ sum: string }>(
          `SELECT sum(next_offset) FROM stream_partition WHERE topic = '${BUCKETS_TOPIC}'`,
        )
      ).rows[0]?.sum;
    await until(async () => (await positions()) === (await ends()));
    expect(await total()).toBe(6);
    const { partition } = rows[0] ?? { partition: 0 };
    expect((await call('POST', 'rewind', { ...at, partition, offset: 1_000_000 })).status).toBe(409);
    expect((await call('POST', 'rewind', { ...at, partition: 99_999, offset: 0 })).status).toBe(404);
    expect(await audited('rewind')).toHaveLength(rows.length);
  });

  it('rollups that are not what the ledger says are found, and made anew from it', async () => {
    await send(5, 6);
    await kit.pool.query('UPDATE outcome_hourly SET quantity = 1 WHERE org_id = $1', [organization]);
    await kit.pool.query('DELETE FROM outcome_daily WHERE org_id = $1', [organization]);
    const now = Date.now();
    const span = { from: new Date(now - HOUR_MS).toISOString(), to: new Date(now + HOUR_MS).toISOString() };
    const query = `drift?from=${span.from}&to=${span.to}&organizationId=${organization}`;
    expect(await items(query)).toEqual([expect.objectContaining({ ledgerQuantity: '11', hourlyQuantity: '1' })]);
    expect((await call('POST', 'rebuild', { organizationId: organization, ...span, reason: 'drift' })).status).toBe(
      204,
    );
    expect([await items(query), await total(), await total('&interval=1d')]).toEqual([[], 11, 11]);
    const old = { from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00Z' };
    expect((await call('POST', 'rebuild', { organizationId: organization, ...old, reason: 'x' })).status).toBe(409);
  });

  it('closed hours are compared with the ledger by themselves', async () => {
    await kit.pool.query(
      `INSERT INTO outcome_event (dedupe_id, occurred_at, org_id, project_id, outcome, category, quantity, source, partition_no, record_offset)
       VALUES (gen_random_uuid(), now() - interval '2 hours', $1, 1, 0, 2, 5, 'spec', 0, 0)`,
      [organization],
    );
    const ours = (await kit.app.get(UsageOperations).reconcile()).filter(({ orgId }) => orgId === String(organization));
    expect(ours).toEqual([expect.objectContaining({ ledgerQuantity: '5', hourlyQuantity: '0' })]);
    expect((await kit.get('/metrics')).text).toMatch(/switchyard_usage_drifted_hours [1-9]/);
  });

  it('T79: dead letters are read again by the admin API', async () => {
    await kit.pool.query(
      `INSERT INTO dead_letter (source, partition_no, record_offset, error_code, detail, headers, appended_at, value, value_sha256, value_bytes)
       VALUES ('default/${BUCKETS_TOPIC}#1', 0, 900000, 'decode_error', 'a bug of ours', '{}', now(), $1, '', 1)`,
      [bucketRecord({ orgId: organization, value: '9' })],
    );
    expect((await call('POST', 'dead-letters/replay', { topic: BUCKETS_TOPIC })).json).toEqual({
      resolved: 1,
      stillFaulty: 0,
    });
    expect(await total()).toBe(9);
  });

  it('a quota tells of 80 and of 100 percent, once in a window, and how much is used', async () => {
    const id = `quota-${organization}`;
    const quota = { organizationId: organization, limit: 10, windowSeconds: 86_400, reasonCode: 'over' };
    expect((await call('PUT', `quotas/${id}`, quota)).status).toBe(204);
    await send(8, 1, 5);
    const { rows } = await kit.pool.query(
      `SELECT data->>'threshold_percent' AS percent FROM notice WHERE data->>'quota_id' = $1 ORDER BY id`,
      [id],
    );
    expect(rows.map(({ percent }) => percent).sort()).toEqual(['100', '80']);
    expect(await items(`quotas?organizationId=${organization}`)).toEqual([
      expect.objectContaining({ id, used: '14', limit: '10' }),
    ]);
    expect([(await call('DELETE', `quotas/${id}`)).status, (await call('DELETE', `quotas/${id}`)).status]).toEqual([
      204, 404,
    ]);
    expect((await call('PUT', `quotas/${id}`, { ...quota, reasonCode: null })).status).toBe(400);
  });

  it('a spike is noticed once against what is usual, told to the notifier, and over when usage is usual again', async () => {
    const hour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
    const book = (hoursAgo: number, quantity: number, org = organization) =>
      kit.pool.query(
        `INSERT INTO outcome_hourly VALUES ($1, $2, 1, 0, 7, 0, 'none', $3, 1)
         ON CONFLICT (org_id, bucket, category, outcome, project_id, key_id, reason) DO UPDATE SET quantity = excluded.quantity`,
        [org, new Date(hour - hoursAgo * HOUR_MS), quantity],
      );
    const look = () => kit.app.get(SpikeWatch).look();
    for (let ago = 1; ago <= 168; ago++) await book(ago, 400);
    await book(0, 1_199);
    expect(await look()).toEqual({ opened: 0, closed: 0 });
    await book(0, 1_300);
    // Somebody without a history has nothing that would be usual.
    await book(0, 9_000, organization + 1_000);
    expect([await look(), await look()]).toEqual([
      { opened: 1, closed: 0 },
      { opened: 0, closed: 0 },
    ]);
    expect(await items(`spikes?organizationId=${organization}`)).toEqual([
      expect.objectContaining({ projectId: '7', category: 1, quantity: '1300', threshold: '1200', endedAt: null }),
    ]);
    const page = (await call('GET', `spikes?organizationId=${organization}&limit=1`)).json as { next: string | null };
    expect(page.next).toMatch(/^\d+$/);
    expect(await items(`spikes?organizationId=${organization}&limit=1&after=${page.next}`)).toEqual([]);
    const { rows } = await kit.pool.query(`SELECT data FROM notice WHERE kind = 'usage_spike'`);
    expect(rows).toEqual([
      { data: expect.objectContaining({ organization_id: organization, project_id: 7, quantity: 1300 }) as unknown },
    ]);
    await kit.pool.query(`UPDATE usage_spike SET started_at = started_at - interval '3 hours' WHERE org_id = $1`, [
      organization,
    ]);
    await book(0, 400);
    expect(await look()).toEqual({ opened: 0, closed: 1 });
  });

  it('counters are told by project, to those who may see it, and a wrong question is refused', async () => {
    const digest = createHash('sha256').update(`of ${organization}`).digest();
    await kit.pool.query('INSERT INTO usage_token VALUES ($1, $2, $3)', [digest, organization, [1]]);
    const path = `/api/0/organizations/${organization}/tsdb`;
    const status = async (rest: string, token?: string) => (await kit.get(`${path}/${rest}`, token)).status;
    expect(
      Object.keys(JSON.parse((await kit.get(`${path}/project_total_received?key=1&key=2`)).text) as object),
    ).toEqual(['1', '2']);
    const limited = `of ${organization}`;
    expect([
      await status('project_total_received?key=1', 'guess'),
      await status('nonsense?key=1'),
      await status('project_total_received'),
    ]).toEqual([401, 400, 400]);
    expect(await status('project_total_received?key=2', limited)).not.toBe(200);
    expect([
      await status('project_total_received?key=1&rollup=11'),
      await status('project_total_received?key=1&rollup=10&start=1'),
    ]).toEqual([400, 400]);
  });

  it.each([
    ['POST', 'adjustments', { quantity: 0 }],
    ['POST', 'rewind', { topic: 'nonsense', partition: 0, offset: 0, reason: 'x' }],
    ['POST', 'rebuild', { organizationId: 1, from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z', reason: 'x' }],
    ['PUT', 'quotas/has%20space', {}],
  ])('%s %s with a wrong body is 400, and without the token 401', async (method, path, body) => {
    expect([(await call(method, path, body)).status, (await call(method, path, body, 'guess')).status]).toEqual([
      400, 401,
    ]);
  });
});
