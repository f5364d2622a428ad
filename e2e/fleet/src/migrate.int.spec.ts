import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { environment } from '@switchyard/config';
import { temporaryDatabase } from '@switchyard/database/testing';
import type { TemporaryDatabase } from '@switchyard/database/testing';

const APPS = ['control-gateway', 'region-silo', 'webhook-notifier', 'outcomes-consumer'];

let database: TemporaryDatabase;
beforeAll(() => {
  if (!existsSync('dist/apps/control-gateway/main.js'))
    throw new Error('run node tools/build.mjs first (npm test does)');
});
beforeEach(async () => {
  database = await temporaryDatabase([]);
});
afterEach(() => database.drop());

function run(script: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    env: { PATH: environment()['PATH'] ?? '', DATABASE_URL: database.url, ...env },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('migrations of a bundle', () => {
  it.each(APPS)('%s plans, applies and verifies them with nothing but DATABASE_URL', (app) => {
    const script = `dist/apps/${app}/main.js`;
    expect(run(script, ['migrate', 'plan'])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^would apply [a-z_]+_0001_/),
    });
    expect(run(script, ['migrate', 'apply'])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^applied /) });
    expect(run(script, ['migrate', 'verify'])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/as expected/),
    });
  });

  it('npm run migrate does the same for a database by its app', () => {
    const tool = (command: string) => run('dist/tools/migrate/main.js', [command, '--app', 'region-silo']);
    expect(tool('verify')).toMatchObject({ status: 1, stdout: expect.stringContaining('  pending: ') });
    expect(tool('apply').status).toBe(0);
    expect(tool('verify')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^region-silo \(region-silo\)\n/),
    });
  });

  it('an app refuses to start while any is pending, and says what to run', () => {
    const key = `e2e:${randomBytes(32).toString('base64')}`;
    const started = run('dist/apps/region-silo/main.js', [], {
      SWITCHYARD_REGION_NAME: 'us',
      SWITCHYARD_ADMIN_TOKEN: randomBytes(24).toString('hex'),
      SWITCHYARD_SILO_KEYS: key,
      SWITCHYARD_ENCRYPTION_KEYS: key,
    });
    expect(run('dist/apps/region-silo/main.js', ['migrate', 'undo'])).toMatchObject({ status: 64 });
    expect(started).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^\d+ migrations are pending .*\nRun `main\.js migrate apply` of this version/),
    });
  });
});
