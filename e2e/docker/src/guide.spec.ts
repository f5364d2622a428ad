import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { render } from './chart';
import { knownSettings, readText, readYaml } from './documents';
import { readDockerfile, ROOT } from './dockerfile';
import { helm } from './toolbox';

const guide = readText('docs', 'guides', 'deployment.md');
const commands = [...guide.matchAll(/```sh\n([^`]*)```/g)].flatMap(([, block = '']) => block.trim().split('\n'));
const starting = (prefix: string) => commands.filter((command) => command.startsWith(prefix));

interface Values {
  readonly apps: Readonly<Record<string, { readonly secretSettings: Secrets }>>;
  readonly regions: Readonly<Record<string, { readonly secretSettings: Secrets }>>;
}
type Secrets = Readonly<Record<string, { readonly secret: string; readonly key: string }>>;

/** No container engine is here to run them: each command is checked against the file that it works on. */
describe('docs/guides/deployment.md', () => {
  it('has commands of these kinds only, so that none goes unchecked', () => {
    const kinds = [
      'node docker/make-secrets.mjs',
      'docker compose -f ',
      'docker build -f ',
      'kubectl create secret ',
      'helm upgrade ',
    ];
    expect(commands.filter((command) => !kinds.some((kind) => command.startsWith(kind)))).toEqual([]);
    for (const kind of kinds) expect(starting(kind).length).toBeGreaterThan(0);
  });

  it.each(starting('docker compose'))('%s: the file and the service are there', (command) => {
    const [, file = '', rest = ''] = /-f (\S+) (.*)$/.exec(command) ?? [];
    const { services } = readYaml<{ services: Record<string, unknown> }>(...file.split('/'));
    expect(rest).toMatch(/^(up -d( --build)? --wait|ps|logs --tail \d+ [a-z-]+)$/);
    if (rest.startsWith('logs')) expect(Object.keys(services)).toContain(rest.split(' ').at(-1));
  });

  it.each(starting('docker build'))('%s: the target is there', (command) => {
    const [, file = '', target = '', image = ''] =
      /-f (\S+) --target (\S+) -t switchyard\/([a-z-]+):[\d.]+ \.$/.exec(command) ?? [];
    expect(existsSync(join(ROOT, file))).toBe(true);
    expect(readDockerfile().stages.map(({ name }) => name)).toContain(target);
    expect(image).toBe(target);
  });

  it('makes the secrets that the chart refers to, with their keys', () => {
    const { apps, regions } = readYaml<Values>('docker', 'chart', 'values.yaml');
    const wanted = Object.values({ ...apps, ...regions }).flatMap(({ secretSettings }) =>
      Object.values(secretSettings).map(({ secret, key }) => `${secret}/${key}`),
    );
    const made = starting('kubectl').flatMap((command) => {
      const [, name = ''] = /generic (\S+)/.exec(command) ?? [];
      return [...command.matchAll(/--from-file=(\S+)/g)].map(([, key]) => `${name}/${key}`);
    });
    expect(made.sort()).toEqual([...new Set(wanted)].sort());
  });

  const tool = helm();
  if (tool.kind === 'unavailable') it.skip(`helm upgrade: skipped because ${tool.reason}`, () => undefined);
  else {
    it.each(starting('helm upgrade'))('%s: the chart takes these values', (command) => {
      const [, settings = ''] = /^helm upgrade --install switchyard docker\/chart (.*)$/.exec(command) ?? [];
      expect(settings).toMatch(/^(--set \S+ ?)+$/);
      const rendered = render(tool.path, {}, settings.trim().split(' '));
      expect(rendered).toMatchObject({ kind: 'rendered' });
      const names = rendered.kind === 'rendered' ? rendered.manifests.map(({ metadata }) => metadata.name) : [];
      expect(names).toContain('sy-region-us');
      expect(names.includes('sy-region-de')).toBe(!settings.includes('regions.de=null'));
    });
  }

  it('names only settings that there are', () => {
    const names = [...guide.matchAll(/\b(SWITCHYARD|WEBHOOKS)_[A-Z_]+\b/g)].map(([name]) => name);
    // The folder of the secrets is Compose's to know.
    expect(names.filter((name) => name !== 'SWITCHYARD_SECRETS_DIR' && !knownSettings().has(name))).toEqual([]);
  });
});
