import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '..', '..', '..');
const GUIDE = join(ROOT, 'docs', 'guides', 'add-a-provider.md');
/** What a spec of a parser needs. */
const NEEDED = [
  'jest.config.cjs',
  '.swcrc',
  'tsconfig.base.json',
  'tools/jest',
  'libs/parsers',
  'libs/primitives',
  'apps/region-silo/src/handlers',
];
const TIMEOUT_MS = 120_000;

const guide = readFileSync(GUIDE, 'utf8');
/** The guide's files, in its order. */
const files = [...guide.matchAll(/```ts file=(\S+)\n([\s\S]*?)```/g)].map(([, name = '', text = '']) => ({
  name,
  text,
}));

describe('the guide "Add a provider"', () => {
  let copy: string;

  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'switchyard-provider-'));
    for (const path of NEEDED) cpSync(join(ROOT, path), join(copy, path), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    // The specs of parsers need no servers.
    const config = `const { globalSetup, globalTeardown, ...rest } = require('./jest.config.cjs');\nmodule.exports = rest;\n`;
    writeFileSync(join(copy, 'jest.parsers.cjs'), config);
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  const run = (script: string, ...args: readonly string[]) =>
    spawnSync(process.execPath, [script, ...args], {
      cwd: copy,
      encoding: 'utf8',
      timeout: TIMEOUT_MS,
      env: { ...process.env, CI: 'true' },
    });
  const jest = (...args: readonly string[]) =>
    run(join(copy, 'node_modules/jest/bin/jest.js'), '--config', 'jest.parsers.cjs', ...args);

  it(
    'works: what the generator writes fails, what the guide writes passes',
    () => {
      const generator = join(ROOT, 'dist/tools/new-provider/main.js');
      expect(run(generator, 'acme')).toMatchObject({ status: 0, stderr: '' });
      expect(run(generator, 'acme')).toMatchObject({ status: 1, stderr: expect.stringContaining('already') });
      expect(readFileSync(join(copy, 'libs/parsers/src/providers.ts'), 'utf8')).toMatch(
        /^export \{ acmeParser \} from '.\/acme';/,
      );
      expect(readFileSync(join(copy, 'apps/region-silo/src/handlers/registry.ts'), 'utf8')).toContain("'acme'");

      const empty = jest('libs/parsers/src/acme');
      expect(empty.status).toBe(1);
      expect(empty.stderr).toContain('a webhook of a known account is stored: fill in');

      expect(files.map(({ name }) => name.split('/').pop())).toEqual([
        'acme.signature.ts',
        'acme.parser.ts',
        'acme.parser.spec.ts',
      ]);
      for (const { name, text } of files) {
        mkdirSync(dirname(join(copy, name)), { recursive: true });
        writeFileSync(join(copy, name), text);
      }
      const filled = jest(
        'libs/parsers/src/acme',
        'libs/parsers/src/registry.spec.ts',
        'libs/parsers/src/parsers.property.spec.ts',
        '-t',
        'parser acme|belongs to acme|acme writes|every folder',
      );
      expect([filled.status, filled.stderr]).toEqual([0, filled.stderr]);
    },
    2 * TIMEOUT_MS,
  );

  it.each(['Acme', 'a b', '', '9lives', '../x'])('the generator refuses the name %j', (name) => {
    const { status, stderr } = run(join(ROOT, 'dist/tools/new-provider/main.js'), name);
    expect([status, stderr]).toEqual([1, expect.stringContaining('cannot be a provider')]);
  });
});
