import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildContext, readDockerIgnore } from './docker-ignore';
import { lineage, parseDockerfile, parsePairs, readDockerfile, ROOT, textsOf } from './dockerfile';

const file = readDockerfile();
const apps = readdirSync(join(ROOT, 'apps')).filter((name) => existsSync(join(ROOT, 'apps', name, 'src', 'main.ts')));
const DEFAULT_PORTS: Readonly<Record<string, string>> = {
  'control-gateway': '3000',
  'region-silo': '3010',
  'webhook-notifier': '3020',
  'outcomes-consumer': '3030',
};

describe('docker/Dockerfile', () => {
  it('has a target for every app', () => {
    expect(apps).toHaveLength(4);
    expect(file.stages.map(({ name }) => name)).toEqual(expect.arrayContaining(apps));
  });

  it('runs Node.js 24, of a tag that says so', () => {
    expect(file.args['NODE_IMAGE']).toMatch(/^node:24(\.\d+)*-[\w.-]+$/);
    const bases = file.stages.map(({ from }) => from).filter((from) => !file.stages.some(({ name }) => name === from));
    expect(new Set(bases)).toEqual(new Set(['${NODE_IMAGE}']));
  });

  describe.each(apps)('%s', (app) => {
    it('runs as a user that is not root, known by number', () => {
      expect(textsOf(file, app, 'USER').at(-1)).toMatch(/^[1-9]\d*:[1-9]\d*$/);
      const after = lineage(file, app).at(-1)?.instructions ?? [];
      expect(after.map(({ keyword }) => keyword)).not.toContain('RUN');
    });

    it('has production dependencies only, and the lock file that names them', () => {
      const copies = textsOf(file, app, 'COPY');
      expect(copies).toContain('--from=production /app/node_modules ./node_modules');
      expect(copies.join('\n')).not.toMatch(/--from=build \/app\/node_modules/);
      expect(copies.join('\n')).toContain('package-lock.json');
      expect(textsOf(file, 'production', 'RUN').join()).toContain('--omit=dev');
    });

    it('takes its own bundle and no other', () => {
      const bundles = textsOf(file, app, 'COPY').filter((text) => text.startsWith('--from=build'));
      expect(bundles).toEqual([`--from=build /app/dist/apps/${app}/main.js /app/dist/apps/${app}/main.js.map ./`]);
      expect(textsOf(file, 'build', 'RUN').at(-1)).toContain(` apps/${app}`);
    });

    it('listens where its health check asks', () => {
      const environment = Object.assign({}, ...textsOf(file, app, 'ENV').map(parsePairs)) as Record<string, string>;
      expect(environment['SWITCHYARD_LISTEN_PORT']).toBe(DEFAULT_PORTS[app]);
      expect(environment['SWITCHYARD_LISTEN_HOST']).toBe('0.0.0.0');
      expect(textsOf(file, app, 'EXPOSE')).toEqual([DEFAULT_PORTS[app]]);
      expect(textsOf(file, app, 'HEALTHCHECK')).toHaveLength(1);
    });

    it('says what it is', () => {
      const labels = Object.assign({}, ...textsOf(file, app, 'LABEL').map(parsePairs)) as Record<string, string>;
      expect(labels).toMatchObject({
        'org.opencontainers.image.title': `switchyard ${app}`,
        'org.opencontainers.image.licenses': 'Apache-2.0',
        'org.opencontainers.image.version': '${VERSION}',
        'org.opencontainers.image.revision': '${REVISION}',
      });
    });
  });

  it('runs no script of a package', () => {
    const installs = file.stages
      .flatMap(({ name }) => textsOf(file, name, 'RUN'))
      .filter((run) => run.includes('npm '));
    expect(installs.length).toBeGreaterThan(0);
    for (const install of installs) expect(install).toContain('npm ci');
    for (const install of installs) expect(install).toContain('--ignore-scripts');
  });

  it('never puts a secret into a layer', () => {
    const names = file.stages.flatMap(({ name }) => [...textsOf(file, name, 'ENV'), ...textsOf(file, name, 'ARG')]);
    expect(names.join('\n')).not.toMatch(/TOKEN|SECRET|PASSWORD|KEYS|DATABASE_URL|REDIS_URL/);
  });
});

describe('parseDockerfile', () => {
  it('refuses what it does not understand', () => {
    expect(() => parseDockerfile('FROM node')).toThrow('a stage without a name');
    expect(() => parseDockerfile('FROM node AS a\nrun something')).toThrow('not an instruction');
  });
});

describe('.dockerignore', () => {
  const context = buildContext();

  it('lets through what the Dockerfile copies', () => {
    expect(context).toEqual(
      expect.arrayContaining(['package-lock.json', '.npmrc', '.swcrc', 'docker/healthcheck.mjs', 'tools/build.mjs']),
    );
  });

  it('lets no spec, no document and nothing of another tool through', () => {
    expect(
      context.filter((name) => /\.spec\.ts$|^docs\/|^e2e\/|^tools\/(?!build)|^docker\/(?!health)/.test(name)),
    ).toEqual([]);
  });

  it.each([
    '.env',
    'secrets.json',
    'docker/secrets/admin_token',
    '.git/config',
    '.switchyard/postgres/x',
    'apps/a/node_modules/x',
  ])('keeps %s from the builder', (name) => {
    expect(readDockerIgnore()(name)).toBe(false);
  });
});
