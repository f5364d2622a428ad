import { randomBytes } from 'node:crypto';
import { freePort } from '@switchyard/services';
import type { Bench, BenchContext, BenchRow } from '../bench';
import { startProgram } from '../child';
import { startDatabase, startGateway } from '../gateway';
import { githubPushes } from '../requests';
import { startCountingSink } from './counting-sink';
import type { CountingSink } from './counting-sink';
import { storeWebhooks } from './stored-load';

const TIMEOUT_MS = 60_000;
const LATENCY_SECONDS = 5;
const CAPACITY_COUNT = 5_000;

/** The same keys for the process that stores and for the one that delivers. */
const keys = (): Record<string, string> => {
  const key = `bench:${randomBytes(32).toString('base64')}`;
  return { SWITCHYARD_SILO_KEYS: key, SWITCHYARD_ENCRYPTION_KEYS: key };
};

/** How fast stored webhooks reach their region. */
export const deliverBench: Bench = {
  name: 'deliver',
  summary: 'stored webhooks to a region, beside a raw loop and one BullMQ job per webhook',
  async run(context) {
    const count = context.seconds > 4 ? 20_000 : 5_000;
    const { database } = await startDatabase(context);
    const sink = await startCountingSink(context);
    const rates: Record<'gateway' | 'jobs' | 'raw', number[]> = { gateway: [], jobs: [], raw: [] };
    const rounds = Math.min(context.rounds, 3);
    for (let round = 1; round <= rounds; round += 1) {
      rates.raw.push(await alone(context, (inner) => ofProgram(inner, sink, 'post', '-', count)));
      const [jobs, deliveries] = [await database(`jobs_${round}`), await database(`deliver_${round}`)];
      rates.jobs.push(await alone(context, (inner) => ofProgram(inner, sink, 'jobs', jobs, count)));
      rates.gateway.push(await alone(context, (inner) => ofGateway(inner, sink, deliveries, count)));
      const [rawRate, jobRate, gatewayRate] = [rates.raw, rates.jobs, rates.gateway].map((list) =>
        Math.round(list.at(-1) ?? 0),
      );
      context.report(`round ${round} of ${rounds}: raw ${rawRate}/s, jobs ${jobRate}/s, gateway ${gatewayRate}/s`);
    }
    const gateway = median(rates.gateway);
    const latency = await latencyAtHalfLoad(context, sink, await database('latency'));
    return {
      rows: [
        row('raw undici loop, 32 at once', median(rates.raw)),
        row('one BullMQ job per webhook, 32 at once', median(rates.jobs)),
        { ...row('gateway: stored, in order, recorded', gateway), p50Ms: latency.p50Ms, p99Ms: latency.p99Ms },
      ],
      setting: `${count} pushes of 2 KB in 50 mailboxes; p50 and p99 are from the 202 to the region at half load`,
      ratios: {
        deliver_vs_job_per_webhook: gateway / median(rates.jobs),
        deliver_vs_raw_loop: gateway / median(rates.raw),
      },
      figures: {
        deliver_per_s: gateway,
        job_per_webhook_per_s: median(rates.jobs),
        raw_loop_per_s: median(rates.raw),
        store_and_deliver_per_s: latency.capacity,
        p50_ms: latency.p50Ms,
        p99_ms: latency.p99Ms,
      },
    };
  },
};

/** The programs begin by themselves; the first request starts the clock. */
async function ofProgram(
  context: BenchContext,
  sink: CountingSink,
  name: string,
  database: string,
  count: number,
): Promise<number> {
  sink.reset();
  const port = await freePort();
  const script = ['dist/tools/bench/programs.js', name, String(port), sink.origin, database, String(count)];
  await startProgram(context, script, {}, `http://127.0.0.1:${port}/`);
  return sink.rateOf(count, TIMEOUT_MS);
}

/** Ends what a measurement started before the next one begins: idle processes still look for work. */
async function alone<Result>(
  context: BenchContext,
  measure: (inner: BenchContext) => Promise<Result>,
): Promise<Result> {
  const inner: BenchContext = { ...context, cleanUp: [] };
  try {
    return await measure(inner);
  } finally {
    for (const stop of inner.cleanUp.reverse()) await stop();
  }
}

async function ofGateway(context: BenchContext, sink: CountingSink, database: string, count: number): Promise<number> {
  const env = keys();
  const storing = await startGateway(context, database, sink.origin, 'batched', {
    ...env,
    SWITCHYARD_DELIVERY_ENABLED: 'false',
  });
  await storeWebhooks(storing, githubPushes(), count);
  sink.reset();
  await startGateway(context, database, sink.origin, 'batched', env);
  return sink.rateOf(count, TIMEOUT_MS);
}

/** At half of what one process stores and delivers at the same time. */
async function latencyAtHalfLoad(context: BenchContext, sink: CountingSink, database: string) {
  const origin = await startGateway(context, database, sink.origin, 'batched', keys());
  sink.reset();
  const startedAt = performance.now();
  await storeWebhooks(origin, githubPushes(), CAPACITY_COUNT);
  await sink.rateOf(CAPACITY_COUNT, TIMEOUT_MS);
  const capacity = CAPACITY_COUNT / ((performance.now() - startedAt) / 1000);

  const acknowledged = new Map<string, number>();
  const receipts = new Map<string, number>();
  sink.onReceipt = (id) => void receipts.set(id, performance.now());
  sink.reset();
  const perSecond = capacity / 2;
  const count = Math.round(perSecond * LATENCY_SECONDS);
  await storeWebhooks(origin, githubPushes(), count, {
    perSecond,
    onAcknowledged: (id) => void acknowledged.set(id, performance.now()),
  });
  await sink.rateOf(count, TIMEOUT_MS);
  const waits = [...acknowledged]
    .map(([id, at]) => Math.max(0, (receipts.get(id) ?? Infinity) - at))
    .sort((left, right) => left - right);
  const at = (share: number): number => waits[Math.min(waits.length - 1, Math.floor(waits.length * share))] ?? 0;
  return { capacity, p50Ms: at(0.5), p99Ms: at(0.99) };
}

const row = (name: string, perSecond: number): BenchRow => ({ name, perSecond, p50Ms: 0, p99Ms: 0 });

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}
