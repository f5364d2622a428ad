import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { Guardian } from './guardian';
import { poll } from './poll';
import { identify, isRunning } from './processes';
import { startRedis } from './redis';
import { buildOwner, startOwner } from './testing/owner';

const gone = (pid: number) => {
  const identity = identify(pid);
  return () => poll(() => !isRunning(identity) || undefined, { timeoutMs: 20_000 });
};
const sleeper = (code = 'setInterval(() => {}, 1000)') => {
  const child = spawn(process.execPath, ['-e', `${code}; console.log('up')`], { stdio: ['ignore', 'pipe', 'ignore'] });
  return new Promise<number>((resolve) => child.stdout.once('data', () => resolve(child.pid ?? 0)));
};

describe('Guardian', () => {
  beforeAll(buildOwner);

  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'leaves no server and no folder behind when the owner gets %s',
    async (signal) => {
      const owner = await startOwner('--postgres', '--redis');
      const client = new Client({ connectionString: owner.addresses.postgresUrl });
      client.on('error', () => undefined);
      await client.connect();
      const { rows } = await client.query<{ folder: string; pid: number }>(
        `SELECT current_setting('data_directory') AS folder, split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int AS pid`,
      );
      const { folder = '', pid = 0 } = rows[0] ?? {};
      const serverGone = gone(pid);
      expect(existsSync(folder)).toBe(true);
      await owner.kill(signal);
      expect(await serverGone()).toBe(true);
      expect(await poll(() => !existsSync(folder) || undefined, { timeoutMs: 10_000 })).toBe(true);
      await client.end().catch(() => undefined);
    },
  );

  it('stops what is registered, spares what was unregistered, removes the folder', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'switchyard-spec-'));
    const [ward, spared] = await Promise.all([sleeper(), sleeper()]);
    const guardian = Guardian.start();
    guardian.register(ward, { directory });
    guardian.register(spared);
    guardian.unregister(spared);
    const guardianGone = gone(guardian.pid ?? 0);
    guardian.close();
    expect(await gone(ward)()).toBe(true);
    expect(await guardianGone()).toBe(true);
    expect(existsSync(directory)).toBe(false);
    expect(isRunning({ pid: spared })).toBe(true);
    process.kill(spared, 'SIGKILL');
  });

  it('kills what does not stop when asked', async () => {
    const stubborn = await sleeper(`process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)`);
    const guardian = Guardian.start();
    guardian.register(stubborn, { graceMs: 200 });
    guardian.close();
    expect(await gone(stubborn)()).toBe(true);
  });
});

describe('startRedis', () => {
  it('starts a server that answers, and stops it, or says why there is none', async () => {
    const redis = await startRedis();
    if (redis.kind === 'unavailable') {
      expect(redis.reason).toMatch(/redis-server/);
      return;
    }
    expect(redis.url).toMatch(/^rediss?:/);
    await redis.stop();
    if (redis.pid !== undefined) expect(isRunning({ pid: redis.pid })).toBe(false);
  });
});
