import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '@switchyard/primitives';
import { freePort, startKafka } from '@switchyard/services';
import { Kafka, logLevel } from 'kafkajs';
import { Client } from 'pg';
import type { Bench, BenchContext } from '../bench';
import { startProgram } from '../child';
import { startDatabase } from '../gateway';

const TOPIC = 'snuba-generic-metrics';
const PARTITIONS = 4;
const RECORDS = 300_000;
const RECORDS_LONG = 10_000_000;
const PUBLISH_RECORDS = 5_000;
/** One bucket in five is of usage: the others are the metrics that customers look at. */
const USAGE_SHARE = 0.2;
const TIMEOUT_MS = 3_600_000;
const TOKEN = randomBytes(24).toString('hex');
/** Hourly rows that a hundred million outcomes come to: 200 organizations, 30 days, 8 keys per hour, 87 outcomes each. */
const ORGANIZATIONS = 200;
const HOURS = 720;
const KEYS = 8;
const OUTCOMES_PER_ROW = 87;
const QUESTIONS = 300;

/** How fast buckets become usage beside reading them alone, whether memory grows, and how long a question about usage takes. */
export const outcomesBench: Bench = {
  name: 'outcomes',
  summary:
    'metric buckets from Kafka to usage, beside a loop that only parses; a question about usage; memory with --long',
  async run(context) {
    const isLong = context.rounds > 3;
    const records = isLong ? RECORDS_LONG : RECORDS;
    const kafka = await startKafka(resolve('node_modules', '.cache', 'switchyard'));
    if (kafka.kind === 'unavailable') throw new Error(kafka.reason);
    context.cleanUp.push(() => kafka.stop());
    const { database } = await startDatabase(context);
    const databaseUrl = await database('outcomes');
    const client = new Kafka({ brokers: kafka.brokers.split(','), logLevel: logLevel.NOTHING });
    await publish(client, records, context);
    const bare = await bareRate(client, records);
    context.report(`a loop that only parses: ${Math.round(bare)}/s`);
    const origin = await startConsumer(context, databaseUrl, kafka.brokers);
    const pg = new Client({ connectionString: databaseUrl });
    await pg.connect();
    context.cleanUp.push(() => pg.end());
    const counted = await countAll(pg, origin, records, context);
    await untilQuiet(pg);
    const question = await askAll(pg, origin);
    const row = (name: string, perSecond: number, { p50, p99 } = { p50: 0, p99: 0 }) => ({
      name,
      perSecond,
      p50Ms: p50,
      p99Ms: p99,
    });
    return {
      rows: [
        row('kafkajs eachBatch that only parses', bare),
        row('outcomes-consumer, to durable usage', counted.rate),
        row('usage of one organization, 30 days by the hour', 0, question),
      ],
      setting: `${records} buckets of 330 bytes in ${PARTITIONS} partitions, ${USAGE_SHARE * 100} % of them usage; ${ORGANIZATIONS * HOURS * KEYS} hourly rows that stand for ${Math.round((ORGANIZATIONS * HOURS * KEYS * OUTCOMES_PER_ROW) / 1e6)} million outcomes`,
      ratios: { outcomes_vs_bare_eachbatch: counted.rate / bare, memory_last_vs_first: counted.memoryRatio },
      figures: {
        outcomes_per_s: counted.rate,
        bare_eachbatch_per_s: bare,
        memory_mb: counted.memoryBytes / 1e6,
        usage_query_p50_ms: question.p50,
        usage_query_p99_ms: question.p99,
      },
    };
  },
};

async function publish(kafka: Kafka, count: number, { report }: BenchContext): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic: TOPIC, numPartitions: PARTITIONS }] });
  await admin.disconnect();
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  const random = seededRandom(7);
  for (let sent = 0; sent < count; sent += PUBLISH_RECORDS) {
    const size = Math.min(PUBLISH_RECORDS, count - sent);
    await producer.send({
      topic: TOPIC,
      messages: Array.from({ length: size }, (_, index) => ({
        key: String(sent + index),
        value: bucket(random.next(), sent + index),
      })),
    });
    if (sent > 0 && sent % 1_000_000 === 0) report(`${sent} buckets published`);
  }
  await producer.disconnect();
}

/** As relays write them. */
function bucket(at: number, serial: number): string {
  const isUsage = at < USAGE_SHARE;
  const metricId = isUsage ? '9223372036854775945' : '9223372036854775909';
  const value = isUsage ? `${1 + (serial % 20)}.0` : '[12.5,80.25,311.0]';
  return `{"version":2,"use_case_id":"transactions","org_id":${1 + (serial % 100)},"project_id":${1 + (serial % 500)},"metric_id":${metricId},"type":"${isUsage ? 'c' : 'd'}","timestamp":${Math.floor(1_800_000_000 + serial / 1000)},"tags":{"9223372036854776010":"production","70112":"GET /api/items"},"value":${value},"retention_days":90,"mapping_meta":{"c":{"70112":"transaction"},"h":{"9223372036854776010":"environment"}}}`;
}

async function bareRate(kafka: Kafka, count: number): Promise<number> {
  const consumer = kafka.consumer({ groupId: 'bare', maxWaitTimeInMs: 250 });
  await consumer.connect();
  await consumer.subscribe({ topics: [TOPIC], fromBeginning: true });
  let seen = 0;
  let first = 0;
  let sum = 0;
  await new Promise<void>((done) => {
    void consumer.run({
      partitionsConsumedConcurrently: PARTITIONS,
      eachBatch: ({ batch }) => {
        if (first === 0) first = performance.now();
        for (const { value } of batch.messages) sum += (JSON.parse(String(value)) as { org_id: number }).org_id;
        seen += batch.messages.length;
        if (seen >= count) done();
        return Promise.resolve();
      },
    });
  });
  const seconds = (performance.now() - first) / 1000;
  await consumer.disconnect();
  if (sum === 0) throw new Error('nothing was parsed');
  return count / seconds;
}

async function startConsumer(context: BenchContext, databaseUrl: string, brokers: string): Promise<string> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const env = {
    DATABASE_URL: databaseUrl,
    KAFKA_BROKERS: brokers,
    SWITCHYARD_LISTEN_PORT: String(port),
    SWITCHYARD_ADMIN_TOKEN: TOKEN,
    SWITCHYARD_LOG_LEVEL: 'error',
  };
  await startProgram(context, [join('dist', 'apps', 'outcomes-consumer', 'main.js')], env, `${origin}/healthz`);
  return origin;
}

/** From the first sight of progress to the last record, in PostgreSQL; memory at a tenth of the way and at its end. */
async function countAll(client: Client, origin: string, count: number, { report }: BenchContext) {
  const readSql = `SELECT coalesce(sum(next_offset), 0)::float8 AS read FROM ingest_position WHERE source LIKE '%/${TOPIC}#%'`;
  const readNow = async (): Promise<number> => (await client.query<{ read: number }>(readSql)).rows[0]?.read ?? 0;
  const endsAt = performance.now() + TIMEOUT_MS;
  let first: { read: number; at: number } | undefined;
  let firstMemory: number | undefined;
  let said = 0;
  for (;;) {
    const read = await readNow();
    const at = performance.now();
    if (first === undefined && read > 0) first = { read, at };
    if (firstMemory === undefined && read > count / 10) firstMemory = await residentBytes(origin);
    if (read >= count && first !== undefined) {
      const memoryBytes = await residentBytes(origin);
      const memoryRatio = memoryBytes / (firstMemory ?? memoryBytes);
      return { rate: ((count - first.read) * 1000) / (at - first.at), memoryBytes, memoryRatio };
    }
    if (at > endsAt) throw new Error(`only ${read} of ${count} buckets were counted in time`);
    if (at - said > 10_000) {
      said = at;
      report(`${read} of ${count} buckets counted`);
    }
    await delay(20);
  }
}

/** What was booked has gone out and was recognized when it came back: questions are asked of a consumer that has nothing else to do. */
async function untilQuiet(client: Client): Promise<void> {
  const sql = `SELECT (SELECT count(*) FROM outcome_outbox WHERE published_at IS NULL)::integer AS waiting,
    (SELECT count(*) FROM outcome_outbox)::integer AS booked,
    (SELECT coalesce(sum(next_offset), 0) FROM ingest_position WHERE source LIKE '%/outcomes-billing#%')::integer AS returned`;
  for (;;) {
    const { rows } = await client.query<{ waiting: number; booked: number; returned: number }>(sql);
    const [row] = rows;
    if (row !== undefined && row.waiting === 0 && row.returned >= row.booked) return;
    await delay(100);
  }
}

async function residentBytes(origin: string): Promise<number> {
  const text = await (await fetch(`${origin}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]);
}

async function askAll(client: Client, origin: string): Promise<{ p50: number; p99: number }> {
  await client.query(
    `SELECT ensure_usage_partitions('outcome_hourly', '1 month', now() - interval '31 days', now() - interval '1 month')`,
  );
  await client.query(
    `INSERT INTO outcome_hourly (org_id, bucket, category, outcome, project_id, key_id, reason, quantity, times_seen)
     SELECT 1000 + org, date_trunc('hour', now(), 'UTC') - hour * interval '1 hour', 2 + key % 3, key % 2, key, 0, 'none', $4 * 3, $4
     FROM generate_series(1, $1::integer) AS org, generate_series(0, $2::integer - 1) AS hour, generate_series(0, $3::integer - 1) AS key
     ON CONFLICT DO NOTHING`,
    [ORGANIZATIONS, HOURS, KEYS, OUTCOMES_PER_ROW],
  );
  await client.query('VACUUM ANALYZE outcome_hourly');
  const waits: number[] = [];
  for (let question = 0; question < QUESTIONS; question += 1) {
    const path = `organizations/${1001 + (question % ORGANIZATIONS)}/stats_v2?field=sum(quantity)&groupBy=category&groupBy=outcome&statsPeriod=30d&interval=1h`;
    const startedAt = performance.now();
    const answer = await fetch(`${origin}/api/0/${path}`, { headers: { authorization: `Bearer ${TOKEN}` } });
    const text = await answer.text();
    if (!answer.ok || !text.includes('"transaction"'))
      throw new Error(`the usage API answered ${answer.status}: ${text.slice(0, 200)}`);
    waits.push(performance.now() - startedAt);
  }
  waits.sort((left, right) => left - right);
  return { p50: waits[Math.floor(waits.length / 2)] ?? 0, p99: waits[Math.floor(waits.length * 0.99)] ?? 0 };
}
