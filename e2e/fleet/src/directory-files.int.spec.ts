import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment } from '@switchyard/config';
import { startTestFleet } from './test-fleet';
import type { TestFleet } from './test-fleet';

const SECRET = 'a secret that no output may hold';

let fleet: TestFleet;
let folder: string;
beforeAll(async () => {
  fleet = await startTestFleet();
  folder = mkdtempSync(join(tmpdir(), 'switchyard-files-'));
}, 60_000);
afterAll(async () => {
  await fleet.stop();
  rmSync(folder, { recursive: true });
}, 60_000);

function switchyard(...parameters: string[]): {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
} {
  const { addresses, adminToken } = fleet.description;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['dist/tools/cli/main.js', '--gateway', addresses.gateway, '--notifier', addresses.notifier, ...parameters],
    { encoding: 'utf8', env: { ...environment(), SWITCHYARD_ADMIN_TOKEN: adminToken, INITECH_SECRET: SECRET } },
  );
  expect(stdout + stderr).not.toContain(SECRET);
  return { code: status, out: stdout, error: stderr };
}

describe('the directory as files', () => {
  it('what is dumped is so already: the plan is empty, but for secrets that are references only', () => {
    const path = join(folder, 'all.yaml');
    writeFileSync(path, switchyard('dump').out.replace(/^ {4}secrets:\n(?: {6,}.*\n)*/gm, ''));
    expect(readFileSync(path, 'utf8')).toContain('slug: acme');
    expect(switchyard('sync', path)).toMatchObject({ code: 0, out: 'The directory is as the file says.\n' });
  });

  it('a plan changes nothing; carried out twice, the second time has nothing to do', () => {
    const path = join(folder, 'one.yaml');
    writeFileSync(
      path,
      `version: 1
regions: [us, de]
organizations: [{ id: 900, slug: hooli, name: Hooli, region: de }]
integrations:
  - provider: gitlab
    externalId: gitlab.example.com:hooli
    name: Hooli on GitLab
    secrets: { webhookSecrets: [{ env: INITECH_SECRET }] }
    installations: ['900']
apps: [{ slug: hooli-app, name: Hooli, kind: internal, organizationId: 900 }]
`,
    );
    const planned = switchyard('sync', path);
    expect(planned.out).toContain('4 changes. Nothing has been changed: run it with --yes.');
    expect(switchyard('sync', path).out).toBe(planned.out);
    expect(switchyard('sync', path, '--yes').out).toContain('4 changes made.');
    expect(JSON.parse(switchyard('--json', 'sync', path, '--yes').out)).toEqual({ isDone: true, steps: [] });
    const dumped = switchyard('dump').out;
    expect(dumped).toContain('env: GITLAB_GITLAB_EXAMPLE_COM_HOOLI_SECRET_1');
    expect(dumped).toContain('slug: hooli-app');
  });

  it('says what to mend: a region that is not there, a secret that is missing', () => {
    const path = join(folder, 'bad.yaml');
    writeFileSync(path, 'version: 1\norganizations: [{ id: 9, slug: x, name: X, region: mars }]\n');
    expect(switchyard('sync', path)).toMatchObject({
      code: 1,
      error: expect.stringContaining('SWITCHYARD_REGIONS') as string,
    });
    writeFileSync(
      path,
      `version: 1\nintegrations: [{ provider: github, externalId: '1', name: a, secrets: { webhookSecrets: [{ env: NOT_SET_ANYWHERE }] } }]\n`,
    );
    expect(switchyard('sync', path)).toMatchObject({
      code: 1,
      error: 'The secret NOT_SET_ANYWHERE is not in the environment.\n',
    });
  });
});
