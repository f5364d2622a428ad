import { execFile, spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Kafka, logLevel } from 'kafkajs';
import { environment } from '@switchyard/config';
import { freePort } from '../free-port';
import { sharedGuardian } from '../guardian';
import { poll } from '../poll';
import { identify, stopProcess } from '../processes';
import { CLUSTER_ID, writeBrokerFiles } from './broker-files';
import type { BrokerPlace } from './broker-files';
import { kafkaJars } from './jars';

const run = promisify(execFile);
const READY_TIMEOUT_MS = 60_000;
const STOP_GRACE_MS = 20_000;

/** A broker on 127.0.0.1, or why there is none. */
export type KafkaOutcome = RunningKafka | { readonly kind: 'unavailable'; readonly reason: string };

/** A broker that answers. */
export interface RunningKafka {
  readonly kind: 'running';
  readonly brokers: string;
  /** Ends it as a crash would and starts it again with its data; rejects when it is not ours. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts one Kafka broker in KRaft mode that keeps nothing: `KAFKA_BROKERS` if set, else the jars that Maven brings.
 *
 * @param cacheDir keeps the jars between runs
 */
export async function startKafka(cacheDir: string): Promise<KafkaOutcome> {
  const given = environment()['KAFKA_BROKERS'];
  if (given !== undefined && given !== '') return external(given);
  const jars = await kafkaJars(cacheDir);
  if (jars.kind === 'unavailable') return jars;
  const directory = mkdtempSync(join(tmpdir(), 'switchyard-kafka-'));
  const place = { directory, port: await freePort(), controllerPort: await freePort() };
  const broker = new Broker(jars.classPath, place);
  if (
    await broker.format().then(
      () => broker.start(),
      () => false,
    )
  )
    return broker;
  await broker.stop();
  return { kind: 'unavailable', reason: 'the Kafka broker did not start' };
}

const external = (brokers: string): RunningKafka => ({
  kind: 'running',
  brokers,
  restart: () => Promise.reject(new Error('the broker of KAFKA_BROKERS is not ours to restart')),
  stop: async () => undefined,
});

class Broker implements RunningKafka {
  readonly kind = 'running';
  private pid = 0;
  private readonly properties: string;

  constructor(
    private readonly classPath: string,
    private readonly place: BrokerPlace,
  ) {
    mkdirSync(join(place.directory, 'data'));
    this.properties = writeBrokerFiles(place);
  }

  get brokers(): string {
    return `127.0.0.1:${this.place.port}`;
  }

  async format(): Promise<void> {
    await run('java', [...this.java(64), 'kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', this.properties]);
  }

  /** Resolves to whether it answers. */
  async start(): Promise<boolean> {
    const log = openSync(join(this.place.directory, 'broker.log'), 'a');
    const child = spawn('java', [...this.java(512), 'kafka.Kafka', this.properties], {
      cwd: '/',
      stdio: ['ignore', log, log],
      detached: true,
    });
    closeSync(log);
    let hasEnded = false;
    for (const event of ['error', 'exit'] as const) child.once(event, () => (hasEnded = true));
    child.unref();
    this.pid = child.pid ?? 0;
    if (this.pid === 0) return false;
    sharedGuardian().register(this.pid, { graceMs: STOP_GRACE_MS, directory: this.place.directory });
    const answer = await poll(async () => (hasEnded ? false : (await this.answers()) || undefined), {
      timeoutMs: READY_TIMEOUT_MS,
      everyMs: 100,
    });
    return answer === true;
  }

  async restart(): Promise<void> {
    await this.end('SIGKILL');
    if (!(await this.start())) throw new Error('the Kafka broker did not start again');
  }

  async stop(): Promise<void> {
    // Its data is thrown away: there is nothing that a slow, orderly end would save.
    await this.end('SIGKILL');
    rmSync(this.place.directory, { recursive: true, force: true });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (this.pid === 0) return;
    await stopProcess(identify(this.pid), signal);
    sharedGuardian().unregister(this.pid);
    this.pid = 0;
  }

  private async answers(): Promise<boolean> {
    const kafka = new Kafka({ brokers: [this.brokers], logLevel: logLevel.NOTHING, retry: { retries: 0 } });
    const admin = kafka.admin();
    try {
      await admin.connect();
      return (await admin.describeCluster()).brokers.length > 0;
    } catch {
      return false;
    } finally {
      await admin.disconnect();
    }
  }

  private java(memoryMb: number): string[] {
    return [
      `-Xmx${memoryMb}m`,
      '-XX:+UseSerialGC',
      // A broker for tests lives for minutes: quick to start beats quick in the long run.
      '-XX:TieredStopAtLevel=1',
      `-Dlog4j.configuration=file:${join(this.place.directory, 'log4j.properties')}`,
      '-cp',
      this.classPath,
    ];
  }
}
