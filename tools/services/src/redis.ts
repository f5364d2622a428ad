import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment } from '@switchyard/config';
import { findOrInstall } from './debian-package';
import { freePort } from './free-port';
import { sharedGuardian } from './guardian';
import { poll } from './poll';
import { identify, stopProcess } from './processes';

/** A Redis on 127.0.0.1, or why there is none. */
export type RedisOutcome =
  | { readonly kind: 'running'; readonly url: string; readonly pid: number | undefined; stop(): Promise<void> }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** How to start Redis. */
export interface RedisOptions {
  /** Told before something is installed. */
  readonly notice?: (text: string) => void;
}

/**
 * Starts a Redis that keeps nothing: `REDIS_URL` if set, else `redis-server`, which root on Debian gets from apt-get.
 */
export async function startRedis({ notice = () => undefined }: RedisOptions = {}): Promise<RedisOutcome> {
  const given = environment()['REDIS_URL'];
  if (given !== undefined && given !== '')
    return { kind: 'running', url: given, pid: undefined, stop: async () => undefined };
  const program = findOrInstall('redis-server', 'redis-server', notice);
  if (program === undefined)
    return { kind: 'unavailable', reason: 'redis-server is not installed: install it, or set REDIS_URL' };
  return (
    (await tryStart(program)) ??
    (await tryStart(program)) ?? { kind: 'unavailable', reason: 'redis-server did not start' }
  );
}

async function tryStart(program: string): Promise<RedisOutcome | undefined> {
  const port = await freePort();
  const directory = mkdtempSync(join(tmpdir(), 'switchyard-redis-'));
  const parameters = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    directory,
    '--save',
    '',
    '--appendonly',
    'no',
  ];
  const child = spawn(program, parameters, { cwd: '/', stdio: 'ignore', detached: true });
  let hasEnded = false;
  for (const event of ['error', 'exit'] as const) child.once(event, () => (hasEnded = true));
  child.unref();
  const pid = child.pid ?? 0;
  if (pid > 0) sharedGuardian().register(pid, { directory });
  const identity = identify(pid);
  const stop = async (): Promise<void> => {
    await stopProcess(identity, 'SIGTERM');
    sharedGuardian().unregister(pid);
    rmSync(directory, { recursive: true, force: true });
  };
  const isReady = await poll(async () => (hasEnded ? false : (await answersPing(port)) || undefined), {
    timeoutMs: 10_000,
  });
  if (isReady) return { kind: 'running', url: `redis://127.0.0.1:${port}`, pid, stop };
  await stop();
  return undefined;
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const end = (answers: boolean): void => {
      socket.destroy();
      resolve(answers);
    };
    socket.setTimeout(1_000, () => end(false));
    socket.once('data', (answer) => end(answer.toString().startsWith('+PONG')));
    socket.once('error', () => end(false));
  });
}
