import { setTimeout as delay } from 'node:timers/promises';
import type { RunningFleet } from '@switchyard/fleet';
import type { RandomSource } from '@switchyard/primitives';
import { Client } from 'pg';
import type { ProxyMode, TcpProxy } from './tcp-proxy';

/** What faults are done to. */
export interface Victims {
  readonly fleet: RunningFleet;
  readonly proxies: Readonly<Record<string, TcpProxy>>;
}

/** One thing that goes wrong, and is over when its promise resolves. */
interface FaultKind {
  readonly name: string;
  run(victims: Victims, random: RandomSource): Promise<void>;
}

const SHORTEST_MS = 300;
const LONGEST_MS = 1_800;

const someTime = (random: RandomSource): number => SHORTEST_MS + random.next() * (LONGEST_MS - SHORTEST_MS);
const pick = <Item>(items: readonly Item[], random: RandomSource): Item =>
  items[Math.floor(random.next() * items.length)] as Item;

/** Ends a process as a crash would, and starts it again. */
const killed = (name: string): FaultKind => ({
  name: `kill ${name}`,
  async run({ fleet }, random) {
    await fleet.kill(name);
    await delay(someTime(random) / 3);
    await fleet.start(name);
  },
});

/** Does something to the network before one of the regions. */
const network = (name: string, mode: ProxyMode): FaultKind => ({
  name: `network: ${name}`,
  async run({ proxies }, random) {
    const proxy = pick(Object.values(proxies), random);
    proxy.set(mode);
    await delay(someTime(random));
    proxy.set({ kind: 'pass' });
  },
});

/** A process of PostgreSQL that is killed takes all the others with it: the server recovers from its log. */
const databaseCrash: FaultKind = {
  name: 'PostgreSQL crashes',
  async run({ fleet }) {
    const client = await open(fleet, 'control');
    client.on('error', () => undefined);
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const pid = rows[0]?.pid;
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
    await client.end().catch(() => undefined);
    await untilAnswers(fleet);
  },
};

const databaseConnections: FaultKind = {
  name: 'all database connections are cut',
  async run({ fleet }) {
    const client = await open(fleet, 'control');
    await client.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL',
    );
    await client.end();
  },
};

const queueFlush: FaultKind = {
  name: 'the queue is emptied',
  async run({ fleet }) {
    const client = await open(fleet, 'control');
    const { rows } = await client.query<{ name: string }>(
      `SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables
       WHERE schemaname = 'bullmq' AND tablename LIKE '%job%'`,
    );
    if (rows.length > 0) await client.query(`TRUNCATE ${rows.map(({ name }) => name).join(', ')} CASCADE`);
    await client.end();
  },
};

const KINDS: readonly FaultKind[] = [
  killed('control-gateway'),
  killed('control-gateway-2'),
  killed('region-us'),
  killed('region-de'),
  network('cut', { kind: 'cut' }),
  network('nothing moves', { kind: 'hang' }),
  network('slow', { kind: 'slow', delayMs: 20 }),
  network('500', { kind: 'answer', status: 500 }),
  network('503', { kind: 'answer', status: 503 }),
  network('429', { kind: 'answer', status: 429, headers: 'Retry-After: 1\r\n' }),
  databaseCrash,
  databaseConnections,
  queueFlush,
];

/** Picks the next fault and does it; resolves to its name when it is over. */
export async function nextFault(
  victims: Victims,
  random: RandomSource,
  report: (line: string) => void,
): Promise<string> {
  const fault = pick(KINDS, random);
  report(fault.name);
  await fault.run(victims, random);
  return fault.name;
}

async function open({ description }: RunningFleet, database: string): Promise<Client> {
  const client = new Client({ connectionString: description.databases[database], connectionTimeoutMillis: 5_000 });
  await client.connect();
  return client;
}

const RECOVERY_MAX_MS = 30_000;

async function untilAnswers(fleet: RunningFleet): Promise<void> {
  const endsAt = performance.now() + RECOVERY_MAX_MS;
  for (;;) {
    try {
      const client = await open(fleet, 'control');
      await client.end();
      return;
    } catch (error) {
      if (performance.now() > endsAt) throw error;
      await delay(100);
    }
  }
}
