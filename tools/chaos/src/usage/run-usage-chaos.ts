import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { environment } from '@switchyard/config';
import { openEventStream } from '@switchyard/event-stream';
import type { EventStream } from '@switchyard/event-stream';
import { AppProcess } from '@switchyard/fleet';
import { seededRandom } from '@switchyard/primitives';
import type { RandomSource } from '@switchyard/primitives';
import { freePort, startKafka, startPostgres } from '@switchyard/services';
import { Client } from 'pg';
import { UsageRecords } from './usage-records';
import type { UsageShare } from './usage-records';

/** How much, and how badly. */
export interface UsageChaosOptions {
  readonly records: number;
  readonly kills: number;
  readonly restarts: number;
  readonly rebalances: number;
  readonly seed: number;
  readonly report: (line: string) => void;
}

/** What came of it. */
export interface UsageChaosResult {
  readonly records: number;
  readonly seed: number;
  /** Sums by organization, category, outcome and hour: how many there are, and how many are wrong in the hourly usage. */
  readonly sums: number;
  readonly wrong: number;
  /** The same of the daily usage and the ledger, as one sum of everything. */
  readonly dailyDifference: number;
  readonly ledgerDifference: number;
  readonly faulty: number;
  readonly deadLetters: number;
  readonly durationMs: number;
}

type Fault = 'kill' | 'broker' | 'rebalance';

const TOPICS = { buckets: 'snuba-generic-metrics', outcomes: 'outcomes', billing: 'outcomes-billing' };
const PARTITIONS = 4;
const PUBLISH_RECORDS = 2_000;
const SETTLE_MAX_MS = 900_000;
const POLL_MS = 250;
const SHOWN = 5;

/**
 * Real Kafka, a real database and consumers in processes of their own: records go in while consumers are killed, the broker crashes and
 * the group is shared out anew; at the end usage must be what the generator has counted.
 *
 * @throws Error when there is no broker, or when what was sent is not counted in time
 */
export async function runUsageChaos(options: UsageChaosOptions): Promise<UsageChaosResult> {
  const cleanUp: (() => Promise<unknown>)[] = [];
  try {
    return await new UsageRun(options, cleanUp).run();
  } finally {
    for (const stop of cleanUp.reverse()) await stop();
  }
}

class UsageRun {
  private readonly random: RandomSource;
  private consumers: readonly AppProcess[] = [];

  constructor(
    private readonly options: UsageChaosOptions,
    private readonly cleanUp: (() => Promise<unknown>)[],
  ) {
    this.random = seededRandom(options.seed);
  }

  async run(): Promise<UsageChaosResult> {
    const startedAt = performance.now();
    const { records, report, seed } = this.options;
    const kafka = await startKafka(resolve('node_modules', '.cache', 'switchyard'));
    if (kafka.kind === 'unavailable') throw new Error(kafka.reason);
    this.cleanUp.push(() => kafka.stop());
    const server = await startPostgres({ persistent: false });
    this.cleanUp.push(() => server.stop());
    const databaseUrl = await server.ensureDatabase('usage');
    const stream = openEventStream({
      kafkaBrokers: kafka.brokers.split(','),
      databaseUrl: '',
      poolMax: 1,
      clientId: 'chaos',
    });
    this.cleanUp.push(() => stream.close());
    await stream.ensureTopics(Object.values(TOPICS).map((name) => ({ name, partitions: PARTITIONS })));
    await this.startConsumers(databaseUrl, kafka.brokers);

    const faults = this.faults();
    const generator = new UsageRecords(this.random, Date.now());
    const share = Math.ceil(records / (faults.length + 1));
    await publish(stream, generator.share(share));
    let sent = share;
    for (const fault of faults) {
      await publish(stream, generator.share(Math.min(share, records - sent)));
      sent += Math.min(share, records - sent);
      report(`${fault} after ${sent} records`);
      if (fault === 'broker') await kafka.restart();
      else await this.disturb(fault);
    }
    await publish(stream, generator.share(records - sent));
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    this.cleanUp.push(() => client.end());
    await untilCounted(client, stream, report);
    const judged = await judge(client, generator, report);
    return { records, seed, ...judged, durationMs: performance.now() - startedAt };
  }

  /** Each as often as was asked for, in an order that the seed decides. */
  private faults(): readonly Fault[] {
    const { kills, restarts, rebalances } = this.options;
    const many = (fault: Fault, count: number) =>
      Array.from({ length: count }, () => ({ fault, at: this.random.next() }));
    return [...many('kill', kills), ...many('broker', restarts), ...many('rebalance', rebalances)]
      .sort((left, right) => left.at - right.at)
      .map(({ fault }) => fault);
  }

  private async startConsumers(databaseUrl: string, brokers: string): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'switchyard-usage-'));
    this.cleanUp.push(async () => rmSync(folder, { recursive: true, force: true }));
    const make = async (name: string): Promise<AppProcess> => {
      const port = await freePort();
      const app = new AppProcess(
        {
          name,
          script: resolve('dist', 'apps', 'outcomes-consumer', 'main.js'),
          address: `http://127.0.0.1:${port}`,
          logFile: join(folder, `${name}.log`),
          env: {
            PATH: environment()['PATH'] ?? '',
            DATABASE_URL: databaseUrl,
            KAFKA_BROKERS: brokers,
            // A killed consumer is missed after a few seconds, so that the run is short.
            KAFKA_SESSION_TIMEOUT_MS: '6000',
            SWITCHYARD_LISTEN_PORT: String(port),
            SWITCHYARD_ADMIN_TOKEN: 'of-a-run-of-chaos',
            SWITCHYARD_OUTCOME_TIMESTAMP: 'bucket',
            SWITCHYARD_LOG_LEVEL: 'error',
          },
        },
        (lost, code, signal) => this.options.report(`${name} ended with ${signal ?? code}: ${lost.tail()}`),
      );
      this.cleanUp.push(() => app.stop());
      return app;
    };
    this.consumers = [await make('consumer-1'), await make('consumer-2')];
    for (const consumer of this.consumers) await consumer.start();
  }

  private async disturb(fault: 'kill' | 'rebalance'): Promise<void> {
    const [first, second] = this.consumers as [AppProcess, AppProcess];
    if (fault === 'kill') {
      await first.kill();
      await first.start();
    } else if (second.isRunning) await second.stop();
    else await second.start();
  }
}

async function publish(stream: EventStream, { buckets, outcomes }: UsageShare): Promise<void> {
  for (const [topic, records] of [
    [TOPICS.buckets, buckets],
    [TOPICS.outcomes, outcomes],
  ] as const) {
    for (let start = 0; start < records.length; start += PUBLISH_RECORDS)
      await stream.publish(topic, records.slice(start, start + PUBLISH_RECORDS));
  }
}

/** Everything is counted when all positions are at the ends of their partitions and nothing waits to be published. */
async function untilCounted(client: Client, stream: EventStream, report: (line: string) => void): Promise<void> {
  const endsAt = performance.now() + SETTLE_MAX_MS;
  let said = 0;
  for (;;) {
    const { rows } = await client.query<{ read: string; waiting: string }>(
      `SELECT (SELECT coalesce(sum(next_offset), 0) FROM ingest_position) AS read,
              (SELECT count(*) FROM outcome_outbox WHERE published_at IS NULL) AS waiting`,
    );
    const marks = await Promise.all(Object.values(TOPICS).map((topic) => stream.watermarks(topic)));
    const written = marks.flat().reduce((sum, { high }) => sum + high, 0n);
    const { read = '0', waiting = '0' } = rows[0] ?? {};
    if (BigInt(read) === written && waiting === '0') return;
    if (performance.now() > endsAt) throw new Error(`not in time: ${read} of ${written} read, ${waiting} to publish`);
    if (performance.now() - said > 10_000) {
      said = performance.now();
      report(`${read} of ${written} read, ${waiting} outcomes to publish`);
    }
    await delay(POLL_MS);
  }
}

async function judge(client: Client, { expected, faulty }: UsageRecords, report: (line: string) => void) {
  const { rows } = await client.query<{ key: string; sum: string }>(
    `SELECT org_id || ':' || category || ':' || outcome || ':' || (extract(epoch FROM bucket) * 1000)::bigint AS key, sum(quantity) AS sum
     FROM outcome_hourly GROUP BY 1`,
  );
  const counted = new Map(rows.map(({ key, sum }) => [key, Number(sum)]));
  const wrong = [...new Set([...expected.keys(), ...counted.keys()])].filter(
    (key) => expected.get(key) !== counted.get(key),
  );
  for (const key of wrong.slice(0, SHOWN)) report(`${key}: expected ${expected.get(key)}, counted ${counted.get(key)}`);
  const total = [...expected.values()].reduce((sum, quantity) => sum + quantity, 0);
  const sumOf = async (what: string): Promise<number> =>
    Number((await client.query<{ sum: string }>(`SELECT ${what} AS sum`)).rows[0]?.sum);
  return {
    sums: expected.size,
    wrong: wrong.length,
    dailyDifference: (await sumOf('(SELECT sum(quantity) FROM outcome_daily)')) - total,
    ledgerDifference: (await sumOf('(SELECT sum(quantity) FROM outcome_event)')) - total,
    faulty,
    deadLetters: await sumOf('(SELECT count(*) FROM dead_letter)'),
  };
}

/** Whether usage is what was sent. */
export const isExact = ({ wrong, dailyDifference, ledgerDifference, faulty, deadLetters }: UsageChaosResult): boolean =>
  wrong === 0 && dailyDifference === 0 && ledgerDifference === 0 && faulty === deadLetters;
