import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { directoryText, readDirectoryFile, readSecret } from './directory-file';
import type { DirectoryFile } from './directory-file';
import { planSync } from './plan';

const folder = mkdtempSync(join(tmpdir(), 'switchyard-directory-'));
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string): DirectoryFile {
  const path = join(folder, 'directory.yaml');
  writeFileSync(path, text);
  return readDirectoryFile(path);
}

const FILE = `
version: 1
organizations:
  - { id: 1, slug: acme, name: Acme, region: us }
integrations:
  - provider: github
    externalId: '4711'
    name: acme on GitHub
    secrets: { webhookSecrets: [{ env: ACME }] }
    installations: ['1', { organizationId: '2', status: disabled }]
apps:
  - { slug: pager, name: Pager, kind: internal, organizationId: 1, webhookUrl: 'https://pager.example.com', events: [issue.created] }
`;
const SECRETS = new Map([['github/4711', { webhookSecrets: ['s'] }]]);
const NOTHING: DirectoryFile = { version: 1, regions: [], organizations: [], integrations: [], apps: [] };
const asIs = { secrets: SECRETS, sameSecrets: new Set(['github/4711']), isPruning: false };
const shown = (steps: ReturnType<typeof planSync>) =>
  steps.map(({ action, what, fields }) => [action, what, ...fields].join(' '));

describe(readDirectoryFile.name, () => {
  it('reads what directoryText writes', () => {
    const file = read(FILE);
    expect(file.integrations[0]?.installations[0]).toEqual({ organizationId: '1', status: 'active', config: {} });
    expect(read(directoryText(file))).toEqual(file);
  });

  it.each([
    ['a secret itself', FILE.replace('{ env: ACME }', 'hunter2'), /integrations\.0\.secrets\.webhookSecrets\.0/],
    ['a field that nobody knows', FILE.replace('slug: acme', 'slug: acme, colour: red'), /organizations\.0: .*colour/],
    [
      'one organization twice',
      FILE.replace('integrations:', '  - { id: 1, slug: b, name: B, region: us }\nintegrations:'),
      /organization 1 stands there twice/,
    ],
    ['no YAML', 'version: [', /directory\.yaml/],
    ['an alias bomb', `a: &a [1]\nb: &b [*a, *a]\nversion: [${'*b, '.repeat(200)}]`, /alias/i],
  ])('refuses %s and says where', (_name, text, message) => {
    expect(() => read(text)).toThrow(message);
    expect(() => read(text)).not.toThrow(/hunter2/);
  });
});

describe(readSecret.name, () => {
  it('takes it from the environment or from a file beside the directory file, without its last line end', () => {
    writeFileSync(join(folder, 'secret'), 'from a file\n');
    expect(readSecret({ env: 'A' }, folder, { A: 'from the environment' })).toBe('from the environment');
    expect(readSecret({ file: 'secret' }, folder, {})).toBe('from a file');
    expect(() => readSecret({ env: 'A' }, folder, {})).toThrow('The secret A is not in the environment.');
    expect(() => readSecret({ file: 'away' }, folder, {})).toThrow('The secret file away cannot be read');
  });
});

describe(planSync.name, () => {
  const file = read(FILE);

  it('makes what is not there, what is referred to first; secrets are in the body and not in the plan', () => {
    const steps = planSync(file, NOTHING, { ...asIs, sameSecrets: new Set() });
    expect(shown(steps)).toEqual([
      'create organization 1',
      'create integration github/4711',
      'create installation github/4711 for 1',
      'create installation github/4711 for 2',
      'create app pager',
    ]);
    expect(steps[1]?.body).toMatchObject({ secrets: { webhookSecrets: ['s'] } });
  });

  it('is empty when all is so already, also when events are in another order', () => {
    const wanted = { ...file, apps: file.apps.map((app) => ({ ...app, events: ['b', 'a'] })) };
    const current = { ...file, apps: file.apps.map((app) => ({ ...app, events: ['a', 'b'] })) };
    expect(planSync(wanted, current, asIs)).toEqual([]);
  });

  it('names the fields that change, and secrets that differ', () => {
    const wanted = {
      ...file,
      organizations: file.organizations.map((entry) => ({ ...entry, region: 'de', name: 'A' })),
    };
    expect(shown(planSync(wanted, file, { ...asIs, sameSecrets: new Set() }))).toEqual([
      'update organization 1 name region',
      'update integration github/4711 secrets',
    ]);
  });

  it('leaves alone what the file does not name, and disables it when it is told to', () => {
    const wanted = {
      ...file,
      organizations: [],
      integrations: file.integrations.map((entry) => ({ ...entry, installations: [] })),
    };
    expect(planSync(wanted, file, asIs)).toEqual([]);
    expect(shown(planSync(wanted, file, { ...asIs, isPruning: true }))).toEqual([
      'disable organization 1 status',
      'disable installation github/4711 for 1 status',
    ]);
    expect(shown(planSync(NOTHING, file, { ...asIs, isPruning: true }))).toContain(
      'disable integration github/4711 status',
    );
  });
});
