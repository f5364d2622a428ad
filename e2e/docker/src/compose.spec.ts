import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import { knownSettings, readText, readYaml, requiredSettings, secretSettings } from './documents';
import { readDockerfile, ROOT } from './dockerfile';
import { composeSchema } from './toolbox';

interface Service {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string; readonly target: string };
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly ports?: readonly string[];
  readonly networks?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly privileged?: boolean;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks?: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, { readonly file: string }>>;
}

const FILES = ['compose.yaml', 'compose.dev.yaml'];
/** Its image writes its configuration beside its program when it starts. */
const WRITES_ITS_ROOT = ['kafka'];
const documents = FILES.map((name) => ({ name, compose: readYaml<Compose>('docker', name) }));
const services = documents.flatMap(({ name, compose }) =>
  Object.entries(compose.services).map(([service, definition]) => ({ file: name, service, definition })),
);
const fleet = readYaml<Compose>('docker', 'compose.yaml');
const apps = Object.entries(fleet.services).filter(([, { build }]) => build !== undefined);

describe('the Compose specification', () => {
  const schema = composeSchema();
  if (schema.kind === 'unavailable') it.skip(`skipped because ${schema.reason}`, () => undefined);
  else {
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(
      JSON.parse(readFileSync(schema.path, 'utf8')) as object,
    );
    it.each(documents)('accepts $name', ({ compose }) => {
      validate(compose);
      expect(validate.errors ?? []).toEqual([]);
    });
    it('refuses a misspelt key, so the check is one', () => {
      expect(validate({ services: { a: { image: 'b:1', helthcheck: {} } } })).toBe(false);
    });
  }
});

describe.each(services)('$file: $service', ({ file, service, definition }) => {
  it('has an image of a fixed line', () => {
    expect(definition.image).toMatch(/^[\w./-]+:(\$\{SWITCHYARD_VERSION:-[\d.]+\}|v?\d[\w.-]*)$/);
  });

  it('is checked for health, and is waited for until it is healthy', () => {
    expect(definition.healthcheck?.test.length).toBeGreaterThan(1);
    for (const { condition } of Object.values(definition.depends_on ?? {})) expect(condition).toBe('service_healthy');
  });

  it('may not write where it lives', () => {
    expect(definition.read_only ?? false).toBe(!WRITES_ITS_ROOT.includes(service));
    expect(definition.privileged).toBeUndefined();
  });

  it('is open to this machine only', () => {
    for (const port of definition.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  it('mounts what is there', () => {
    for (const volume of definition.volumes ?? []) {
      const [source = ''] = volume.split(':');
      const declared = Object.keys(documents.find(({ name }) => name === file)?.compose.volumes ?? {});
      if (source.startsWith('./')) expect(existsSync(join(ROOT, 'docker', source))).toBe(true);
      else expect(declared).toContain(source);
    }
  });
});

describe('compose.yaml', () => {
  it('has all that a fleet needs, and a database for each silo', () => {
    expect(Object.keys(fleet.services)).toEqual(
      expect.arrayContaining([
        'region-us',
        'region-de',
        'postgres-control',
        'postgres-us',
        'postgres-de',
        'redis',
        'kafka',
      ]),
    );
    expect(Object.keys(fleet.services)).toEqual(expect.arrayContaining(['mail', 'prometheus', 'grafana']));
    expect(new Set(apps.map(([, { build }]) => build?.target)).size).toBe(4);
  });

  describe.each(apps)('%s', (_name, app) => {
    const environment = app.environment ?? {};

    it('is built by a target of docker/Dockerfile', () => {
      expect(readDockerfile().stages.map(({ name }) => name)).toContain(app.build?.target);
      expect(existsSync(join(ROOT, 'docker', app.build?.context ?? '', app.build?.dockerfile ?? ''))).toBe(true);
      expect(app.cap_drop).toEqual(['ALL']);
    });

    it('sets only what the apps know, and all that its own app requires', () => {
      expect(Object.keys(environment).filter((name) => !knownSettings().has(name))).toEqual([]);
      const missing = requiredSettings(app.build?.target ?? '').filter((name) => !(name in environment));
      expect(missing).toEqual([]);
      expect(requiredSettings(app.build?.target ?? '')).toContain('DATABASE_URL');
    });

    it('gets its secrets as files, and no others than it uses', () => {
      const used = Object.values(environment).filter((value) => value.startsWith('@'));
      expect(new Set(used)).toEqual(new Set((app.secrets ?? []).map((name) => `@/run/secrets/${name}`)));
      const literal = Object.entries(environment).filter(
        ([name, value]) => secretSettings().has(name) && !value.startsWith('@') && value !== 'smtp://mail:1025',
      );
      expect(literal).toEqual([]);
    });
  });

  it("keeps a region's database to its own network", () => {
    for (const region of ['us', 'de']) {
      const members = Object.entries(fleet.services).filter(([, { networks }]) => networks?.includes(`silo-${region}`));
      expect(members.map(([name]) => name).sort()).toEqual([
        'control-gateway',
        `postgres-${region}`,
        `region-${region}`,
      ]);
      expect(fleet.services[`postgres-${region}`]?.networks).toEqual([`silo-${region}`]);
    }
    const open = Object.entries(fleet.networks ?? {}).filter(([, network]) => network.internal !== true);
    expect(open.map(([name]) => name)).toEqual(['edge']);
  });

  it('names regions that are there', () => {
    const regions = JSON.parse(fleet.services['control-gateway']?.environment?.['SWITCHYARD_REGIONS'] ?? '[]') as {
      name: string;
      address: string;
    }[];
    for (const { name, address } of regions) {
      const host = new URL(address).hostname;
      expect(fleet.services[host]?.environment?.['SWITCHYARD_REGION_NAME']).toBe(name);
    }
    expect(regions.map(({ name }) => name)).toEqual(['us', 'de']);
  });
});

describe('docker/make-secrets.mjs', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'switchyard-secrets-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const make = () =>
    execFileSync(process.execPath, [join(ROOT, 'docker', 'make-secrets.mjs'), join(folder, 's')], { stdio: 'pipe' });
  const read = () =>
    Object.fromEntries(secretFiles().map((name) => [name, readFileSync(join(folder, 's', name), 'utf8')]));
  const secretFiles = () => readdirSync(join(folder, 's')).sort();

  it('makes every secret that compose.yaml names, for nobody else to list, and never changes one', () => {
    make();
    expect(secretFiles()).toEqual(Object.keys(fleet.secrets ?? {}).sort());
    expect(statSync(join(folder, 's')).mode & 0o077).toBe(0);
    const first = read();
    expect(first['silo_keys']).toMatch(/^k1:[A-Za-z0-9+/]{43}=$/);
    expect(new URL(first['database_url_us'] ?? '').password).toBe(first['postgres_us_password']);
    make();
    expect(read()).toEqual(first);
  });

  it('makes none where git would see it', () => {
    expect(readText('.gitignore')).toContain('/docker/secrets/');
    expect(
      Object.values(fleet.secrets ?? {}).every(({ file }) => file.startsWith('${SWITCHYARD_SECRETS_DIR:-./secrets}/')),
    ).toBe(true);
  });
});
