import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { Bench } from '../bench';
import { startDatabase, startGateway } from '../gateway';
import { githubPushes } from '../requests';
import { startCountingSink } from './counting-sink';
import { storeWebhooks } from './stored-load';

const SMALL = 1_000;
const WAVES = 5;
const MILLION = 1_000_000;
const TIMEOUT_MS = 60_000;
const DRAINED = 8_000;
/** One row per mailbox is stored by the gateway; the others are copies of it, which open with the same key. */
const COPY = `INSERT INTO stored_webhook (mailbox, region, provider, integration_id, event_type, request_id, expires_at, is_verified,
    method, path, headers, body_bytes, body_sha256, sealed)
  SELECT mailbox, region, provider, integration_id, event_type, request_id, expires_at, is_verified, method, path, headers,
    body_bytes, body_sha256, sealed
  FROM template, generate_series(1, $1::integer)`;

/** Whether a million waiting webhooks make anything slower or larger than a thousand. */
export const backlogBench: Bench = {
  name: 'backlog',
  summary: 'the drain rate and memory with a million waiting webhooks, beside those with a thousand',
  async run(context) {
    const { database } = await startDatabase(context);
    const sink = await startCountingSink(context);
    const url = await database('backlog');
    const key = `bench:${randomBytes(32).toString('base64')}`;
    const env = {
      SWITCHYARD_SILO_KEYS: key,
      SWITCHYARD_ENCRYPTION_KEYS: key,
      SWITCHYARD_DELIVERY_SWEEP_INTERVAL_MS: '50',
    };
    const storing = await startGateway(context, url, sink.origin, 'batched', {
      ...env,
      SWITCHYARD_DELIVERY_ENABLED: 'false',
    });
    const requests = githubPushes();
    await storeWebhooks(storing, requests, requests.length);
    const client = new Client({ connectionString: url });
    await client.connect();
    context.cleanUp.push(() => client.end());
    await client.query(
      'CREATE TABLE template AS SELECT DISTINCT ON (mailbox) * FROM stored_webhook; TRUNCATE stored_webhook',
    );
    const fill = (rows: number) => client.query(COPY, [Math.ceil(rows / requests.length)]);

    const delivering = await startGateway(context, url, sink.origin, 'batched', env);
    const small: number[] = [];
    for (let wave = 0; wave < WAVES; wave += 1) {
      sink.reset();
      await fill(SMALL);
      small.push(await sink.rateOf(SMALL, TIMEOUT_MS));
    }
    const memorySmall = await residentBytes(delivering);
    context.report(`a thousand waiting: ${Math.round(median(small))}/s; now a million (takes a minute)`);

    await client.query(`INSERT INTO hold (scope, value, reason, actor) VALUES ('region', 'us', 'filling', 'bench')`);
    await fill(MILLION);
    await client.query('ANALYZE stored_webhook');
    await client.query('CHECKPOINT');
    sink.reset();
    await client.query('DELETE FROM hold');
    const large = await sink.rateOf(DRAINED, TIMEOUT_MS);
    const memoryLarge = await residentBytes(delivering);
    return {
      rows: [
        { name: 'a thousand waiting', perSecond: median(small), p50Ms: 0, p99Ms: 0 },
        { name: 'a million waiting', perSecond: large, p50Ms: 0, p99Ms: 0 },
      ],
      setting: `50 mailboxes, bodies of 2 KB; the rate of ${WAVES} waves of ${SMALL}, and of the first ${DRAINED} of a million`,
      ratios: { drain_1m_vs_1k: large / median(small), memory_1m_vs_1k: memoryLarge / memorySmall },
      figures: {
        drain_1k_per_s: median(small),
        drain_1m_per_s: large,
        memory_1k_mb: memorySmall / 1e6,
        memory_1m_mb: memoryLarge / 1e6,
      },
    };
  },
};

async function residentBytes(origin: string): Promise<number> {
  const text = await (await fetch(`${origin}/metrics`)).text();
  const bytes = Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]);
  if (!Number.isFinite(bytes)) throw new Error('the gateway does not tell how much memory it has');
  return bytes;
}

const median = (values: readonly number[]): number =>
  [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
