import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { environment } from '@switchyard/config';
import type { UpAddresses } from '../up';

const ROOT = join(__dirname, '..', '..', '..', '..');

/** A process of its own that owns servers, to be killed. */
export interface Owner {
  readonly child: ChildProcess;
  readonly addresses: UpAddresses;
  /** Resolves when the process is gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** Builds the command line that owners run. */
export function buildOwner(): void {
  execFileSync(process.execPath, ['tools/build.mjs', 'tools/services'], { cwd: ROOT });
}

/** Starts `main.js up` and waits for its line. */
export async function startOwner(...options: readonly string[]): Promise<Owner> {
  // Empty counts as not set: this owner starts servers of its own.
  const env = { ...environment(), DATABASE_URL: '', REDIS_URL: '' };
  const program = join(ROOT, 'dist', 'tools', 'services', 'main.js');
  const child = spawn(process.execPath, [program, 'up', '--json', ...options], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const addresses = await new Promise<UpAddresses>((resolve, reject) => {
    child.stdout?.once('data', (line: Buffer) => resolve(JSON.parse(line.toString()) as UpAddresses));
    child.once('exit', (code) => reject(new Error(`the owner ended with ${code}`)));
  });
  return {
    child,
    addresses,
    kill: (signal) =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill(signal);
      }),
  };
}
