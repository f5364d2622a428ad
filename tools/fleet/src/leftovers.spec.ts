import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify, isRunning } from '@switchyard/services';
import { stopLeftovers } from './leftovers';

let folder: string;
let child: ChildProcess;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'switchyard-leftovers-spec-'));
  child = spawn(process.execPath, ['-e', `setInterval(() => {}, 1000); console.log('up')`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await new Promise((resolve) => child.stdout?.once('data', resolve));
});
afterEach(() => {
  child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

const describeRun = (processes: readonly object[]): void =>
  writeFileSync(join(folder, 'fleet.json'), JSON.stringify({ pid: 1, processes }));

describe(stopLeftovers.name, () => {
  it('stops an app that outlived its launcher and its guardian', async () => {
    const app = identify(child.pid ?? 0);
    describeRun([{ name: 'region-us', ...app }]);
    const lines: string[] = [];
    await stopLeftovers(folder, (line) => lines.push(line));
    expect(isRunning(app)).toBe(false);
    expect(lines).toEqual([expect.stringContaining('region-us')]);
  });

  it.each([
    ['started at another time', { startTime: '1' }],
    ['is not known well enough', {}],
  ])('spares a process that %s', async (_, known) => {
    describeRun([{ name: 'region-us', pid: child.pid, ...known }]);
    await stopLeftovers(folder, () => undefined);
    expect(isRunning(identify(child.pid ?? 0))).toBe(true);
  });

  it.each(['', 'null', '[]', '{"pid":1}', '{"pid":1,"processes":7}'])('has nothing to do after %j', async (text) => {
    writeFileSync(join(folder, 'fleet.json'), text);
    await expect(stopLeftovers(folder, () => undefined)).resolves.toBeUndefined();
  });
});
