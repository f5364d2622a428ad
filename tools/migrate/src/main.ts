import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { environment } from '@switchyard/config';
import { findRunningFleet } from '@switchyard/fleet';
import { APPS, targetsOf } from './targets';
import type { Target } from './targets';

const USAGE = `npm run migrate -- plan|apply|verify [options]

  plan     what would be applied, and what of it would hurt a version that still serves
  apply    applies it
  verify   whether everything is applied, as it is written

  --data-dir DIR   the fleet that runs from there (default .switchyard): all of its databases
  --app NAME       one database instead, DATABASE_URL: ${APPS.join(', ')}
  --help           this text

Exit code 1 when a database is not good.
`;

const COMMANDS = ['plan', 'apply', 'verify'];
const MISTAKE = 64;

/** Runs the app's own command, as a container would; resolves to whether it ended well. */
function run({ name, app, databaseUrl }: Target, command: string): boolean {
  process.stdout.write(`${name} (${app})\n`);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--enable-source-maps', `dist/apps/${app}/main.js`, 'migrate', command],
    { env: { PATH: environment()['PATH'] ?? '', DATABASE_URL: databaseUrl }, encoding: 'utf8' },
  );
  process.stdout.write(`${stdout}${stderr}`.replace(/^(?=.)/gm, '  '));
  return status === 0;
}

function main(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      'data-dir': { type: 'string', default: '.switchyard' },
      app: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const [command = '', ...more] = positionals;
  if (!COMMANDS.includes(command) || more.length > 0) {
    process.stderr.write(USAGE);
    return MISTAKE;
  }
  const targets = targetsOf(values.app, findRunningFleet(values['data-dir']), environment());
  // All of them, also after one that is not good: an operator wants the whole picture.
  const results = targets.map((target) => run(target, command));
  return results.every((isGood) => isGood) ? 0 : 1;
}

try {
  process.exitCode = main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
