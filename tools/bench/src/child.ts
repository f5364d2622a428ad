import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { environment } from '@switchyard/config';
import { sharedGuardian } from '@switchyard/services';
import type { BenchContext } from './bench';

const START_TIMEOUT_MS = 30_000;

/**
 * Starts a program in a process of its own and waits until `path` answers; it ends with the benchmark, or with us.
 *
 * @throws Error with the end of its output when it does not come up
 */
export async function startProgram(
  context: BenchContext,
  script: readonly string[],
  env: Readonly<Record<string, string>>,
  readyUrl: string,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'switchyard-bench-'));
  const logFile = join(folder, 'log');
  const log = openSync(logFile, 'a');
  const { profileFolder } = context;
  const profiling = profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
  const child = spawn(process.execPath, [...profiling, ...script], {
    env: {
      PATH: environment()['PATH'] ?? '',
      SWITCHYARD_MIGRATE_AT_START: 'true',
      SWITCHYARD_DRAIN_DELAY_MS: '0',
      ...env,
    },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  if (child.pid !== undefined) sharedGuardian().register(child.pid);
  context.cleanUp.push(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await exited;
    }
    if (child.pid !== undefined) sharedGuardian().unregister(child.pid);
    rmSync(folder, { recursive: true, force: true });
  });
  const endsAt = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < endsAt && child.exitCode === null) {
    if (
      await fetch(readyUrl, { method: 'GET' }).then(
        ({ status }) => status < 500,
        () => false,
      )
    )
      return;
    await delay(50);
  }
  throw new Error(`${script.join(' ')} did not come up; it said:\n${readFileSync(logFile, 'utf8').slice(-2000)}`);
}
