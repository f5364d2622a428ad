import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '..', '..', '..');
const LINT_TIMEOUT_MS = 120_000;

/** Imports that the rules forbid, each in a file of its own. */
const VIOLATIONS = [
  {
    file: 'libs/parsers/src/planted.ts',
    code: `import { request } from 'undici';\nexport const planted = request;\n`,
    says: 'undici',
  },
  {
    file: 'libs/config/src/planted.ts',
    code: `import { LOGGER } from '@switchyard/telemetry';\nexport const planted = LOGGER;\n`,
    says: 'Circular dependency',
  },
  {
    file: 'libs/database/src/planted.ts',
    code: `import { PARSERS } from '@switchyard/parsers';\nexport const planted = PARSERS;\n`,
    says: 'layer:platform',
  },
  {
    file: 'apps/outcomes-consumer/src/planted.ts',
    code: `import { AppModule } from '../../webhook-notifier/src/app.module';\nexport const planted = AppModule;\n`,
    says: 'relative',
  },
  {
    file: 'apps/webhook-notifier/src/planted.ts',
    code: `export const planted = process.env;\n`,
    says: 'libs/config reads the environment',
  },
];

describe('the boundaries between projects', () => {
  let copy: string;

  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'switchyard-boundaries-'));
    const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    for (const file of files
      .trim()
      .split('\n')
      .filter((name) => !name.includes('/fixtures/') && existsSync(join(ROOT, name)))) {
      mkdirSync(join(copy, dirname(file)), { recursive: true });
      cpSync(join(ROOT, file), join(copy, file), { force: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    for (const { file, code } of VIOLATIONS) writeFileSync(join(copy, file), code);
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  it(
    'refuse each planted violation when lint runs through nx',
    () => {
      const projects = ['parsers', 'config', 'database', 'outcomes-consumer', 'webhook-notifier'];
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [
          join(ROOT, 'node_modules', 'nx', 'dist/bin/nx.js'),
          'run-many',
          '-t',
          'lint',
          '-p',
          projects.join(','),
          '--skip-nx-cache',
        ],
        {
          cwd: copy,
          encoding: 'utf8',
          env: { ...process.env, NX_DAEMON: 'false', NX_CACHE_DIRECTORY: join(copy, '.nx') },
        },
      );
      const output = stdout + stderr;
      expect(status).not.toBe(0);
      for (const { file, says } of VIOLATIONS) {
        expect(output).toContain(file);
        expect(output).toContain(says);
      }
    },
    LINT_TIMEOUT_MS,
  );
});
