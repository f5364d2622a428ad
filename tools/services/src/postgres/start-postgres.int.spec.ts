import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { poll } from '../poll';
import { identify, isRunning, stopProcess } from '../processes';
import { buildOwner, startOwner } from '../testing/owner';
import { startPostgres } from './start-postgres';
import type { PostgresServer } from './start-postgres';

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<{ value: unknown }>(sql)).rows.map(({ value }) => value);
  } finally {
    await client.end();
  }
}

describe('startPostgres', () => {
  let folder: string;
  let dataDir: string;
  const servers: PostgresServer[] = [];
  const start = async (options: Parameters<typeof startPostgres>[0]) => {
    const server = await startPostgres(options);
    servers.push(server);
    return server;
  };
  const postmasterPid = () => Number(readFileSync(join(dataDir, 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0]);
  const guardianOf = () =>
    (JSON.parse(readFileSync(join(dataDir, 'owner.json'), 'utf8')) as { guardian: { pid: number } }).guardian;

  beforeAll(buildOwner);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'switchyard-spec-'));
    chmodSync(folder, 0o755);
    dataDir = join(folder, 'postgres');
  });
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
    rmSync(folder, { recursive: true, force: true });
  });

  it('starts a temporary server on 127.0.0.1 only, behind a password, and leaves nothing', async () => {
    const server = await start({ persistent: false });
    const url = await server.ensureDatabase('some-where');
    expect(await server.ensureDatabase('some-where')).toBe(url);
    expect(await ask(url, 'SELECT current_database() AS value')).toEqual(['some-where']);
    expect(await ask(url, 'SHOW listen_addresses')).toHaveLength(1);
    const settings = `SELECT setting AS value FROM pg_settings WHERE name IN ('fsync', 'listen_addresses', 'max_connections') ORDER BY name`;
    expect(await ask(url, settings)).toEqual(['on', '127.0.0.1', '300']);
    const [cluster] = await ask(url, `SELECT setting AS value FROM pg_settings WHERE name = 'data_directory'`);
    const wrong = new URL(url);
    wrong.password = 'wrong';
    await expect(ask(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    const identity = identify(server.pid);
    await server.stop();
    expect(isRunning(identity)).toBe(false);
    expect(existsSync(String(cluster))).toBe(false);
  });

  it('keeps the data of a persistent server, whose port may be taken by then', async () => {
    const first = await start({ persistent: true, dataDir });
    await ask(await first.ensureDatabase('kept'), 'CREATE TABLE kept AS SELECT 42 AS value');
    await first.stop();
    const thief = createServer();
    await new Promise<void>((resolve) => thief.listen(0, '127.0.0.1', resolve));
    const { port } = thief.address() as AddressInfo;
    const second = await start({ persistent: true, dataDir, port });
    expect(second.port).not.toBe(port);
    expect(await ask(second.url('kept'), 'SELECT value FROM kept')).toEqual([42]);
    await new Promise((resolve) => thief.close(resolve));
  });

  it('refuses a folder that a running process uses, in one sentence with a remedy', async () => {
    await start({ persistent: true, dataDir });
    await expect(startPostgres({ persistent: true, dataDir })).rejects.toMatchObject({
      code: 'SWY_SERVICES_POSTGRES_IN_USE',
      remedy: expect.stringContaining(String(process.pid)),
    });
  });

  it('has its guardian stop the server when the owner is killed, and starts again with the data', async () => {
    const owner = await startOwner('--postgres', '--data-dir', dataDir);
    await ask(String(owner.addresses.postgresUrl), 'CREATE TABLE kept AS SELECT 42 AS value');
    const postmaster = identify(postmasterPid());
    await owner.kill('SIGKILL');
    expect(await poll(() => !isRunning(postmaster) || undefined, { timeoutMs: 10_000 })).toBe(true);
    const server = await start({ persistent: true, dataDir });
    expect(server.isReused).toBe(false);
    expect(await ask(server.adminUrl, 'SELECT value FROM kept')).toEqual([42]);
  });

  it('reuses the server of a run that was killed together with its guardian', async () => {
    const owner = await startOwner('--postgres', '--data-dir', dataDir);
    await ask(String(owner.addresses.postgresUrl), 'CREATE TABLE kept AS SELECT 42 AS value');
    process.kill(guardianOf().pid, 'SIGKILL');
    await owner.kill('SIGKILL');
    const server = await start({ persistent: true, dataDir });
    expect(server).toMatchObject({ isReused: true, pid: postmasterPid() });
    expect(await ask(server.adminUrl, 'SELECT value FROM kept')).toEqual([42]);
    await server.stop();
    expect(isRunning({ pid: server.pid })).toBe(false);
  });

  it('recovers after the server itself was killed, and from a pid file that names a stranger', async () => {
    const killed = await start({ persistent: true, dataDir });
    await ask(killed.adminUrl, 'CREATE TABLE kept AS SELECT 42 AS value');
    await stopProcess(identify(killed.pid), 'SIGKILL');
    await killed.stop();
    const pidFile = join(dataDir, 'cluster', 'postmaster.pid');
    writeFileSync(pidFile, readFileSync(pidFile, 'utf8').replace(/^\d+/, String(process.pid)));
    const server = await start({ persistent: true, dataDir });
    expect(await ask(server.adminUrl, 'SELECT value FROM kept')).toEqual([42]);
  });

  it('runs below a folder that is closed to other users', async () => {
    chmodSync(folder, 0o700);
    const server = await start({ persistent: true, dataDir });
    expect(await ask(server.adminUrl, 'SELECT 1 AS value')).toEqual([1]);
  });
});
