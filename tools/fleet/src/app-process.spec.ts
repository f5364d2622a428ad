import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@switchyard/services';
import { AppProcess } from './app-process';

const SERVER = `
const server = require('node:http').createServer((request, response) => response.end('ready'));
server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listening'));
process.on('SIGTERM', () => { console.log('stopping'); process.exit(0); });
`;
const FAILURE = `console.error('no such key'); process.exit(78);`;

let folder: string;
let app: AppProcess;
/** How the app ended without having been asked to, and who is told next. */
const lost: string[] = [];
let onLost: (() => void) | undefined;

async function make(program: string): Promise<AppProcess> {
  folder = mkdtempSync(join(tmpdir(), 'switchyard-app-spec-'));
  lost.length = 0;
  onLost = undefined;
  const port = await freePort();
  const script = join(folder, 'main.js');
  writeFileSync(script, program);
  const address = `http://127.0.0.1:${port}`;
  app = new AppProcess(
    { name: 'an-app', script, env: { PORT: String(port) }, address, logFile: join(folder, 'an-app.log') },
    (_, code, signal) => {
      lost.push(signal ?? `code ${code}`);
      onLost?.();
    },
  );
  return app;
}

afterEach(async () => {
  await app.kill();
  rmSync(folder, { recursive: true });
});

describe(AppProcess.name, () => {
  it('is ready when /readyz says so, and stops when asked', async () => {
    await make(SERVER);
    await app.start();
    expect(app.isRunning).toBe(true);
    await app.stop();
    expect(app.isRunning).toBe(false);
    expect(app.tail()).toBe('listening\nstopping');
    expect(lost).toEqual([]);
  });

  it('starts again where it was, and not twice', async () => {
    await make(SERVER);
    await app.start();
    await expect(app.start()).rejects.toThrow('an-app runs already');
    await app.kill();
    await app.start();
    expect((await fetch(app.options.address)).status).toBe(200);
    expect(lost).toEqual([]);
  });

  it('tells when it ends without having been asked to', async () => {
    await make(SERVER);
    await app.start();
    const isTold = new Promise<void>((resolve) => (onLost = resolve));
    process.kill(app.pid, 'SIGKILL');
    await isTold;
    expect(lost).toEqual(['SIGKILL']);
    await app.stop();
  });

  it('says what it logged in this start when it does not come up, and says it once', async () => {
    await make(FAILURE);
    appendFileSync(app.options.logFile, 'what an earlier run said ü\n');
    const failure: unknown = await app.start().catch((error: unknown) => error);
    expect(failure).toMatchObject({ message: expect.stringMatching(/an-app ended while it started.*\nno such key$/) });
    expect(lost).toEqual([]);
  });
});
