// node tools/run.mjs TOOL ARGS...
// What the npm scripts call: installs what is missing, bundles everything, then runs the tool. No dependencies of its own,
// because it runs before there are any. Everything it says goes to standard error; standard output is the tool's.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
process.chdir(root);

const TOOLS = {
  fleet: ['dist/tools/fleet/main.js'],
  demo: ['dist/tools/demo/main.js'],
  bench: ['dist/tools/bench/main.js'],
  generate: ['dist/tools/generate/main.js'],
  chaos: ['dist/tools/chaos/main.js'],
  fuzz: ['dist/tools/fuzz/main.js'],
  ranges: ['dist/tools/ranges/main.js'],
  'new-provider': ['dist/tools/new-provider/main.js'],
  switchyard: ['dist/tools/cli/main.js'],
  email: ['dist/tools/email/main.js'],
  slack: ['dist/tools/slack-stand-in/main.js'],
  migrate: ['dist/tools/migrate/main.js'],
  explain: ['dist/tools/cli/main.js', 'explain'],
  test: ['node_modules/jest/bin/jest.js'],
};

const say = (text) => process.stderr.write(`${text}\n`);
const fail = (text) => {
  say(text);
  process.exit(1);
};

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(`Switchyard needs Node.js 20.19 or newer and this is ${process.versions.node}: install a newer one.`);
}

/** Runs `npm ci` when there are no packages, or others than the lock file names. */
function install() {
  const stamp = join('node_modules', '.switchyard-lock');
  const wanted = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  // Somebody ran npm by hand after the lock file last changed: that is as good.
  const installed = join('node_modules', '.package-lock.json');
  if (
    existsSync(installed) &&
    !existsSync(stamp) &&
    statSync(installed).mtimeMs > statSync('package-lock.json').mtimeMs
  ) {
    return writeFileSync(stamp, wanted);
  }
  say('Installing packages (npm ci); this takes about a minute …');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) fail('npm ci failed: see its messages above, mend what they say and run this again.');
  writeFileSync(stamp, wanted);
}

function bundle() {
  const { status } = spawnSync(process.execPath, ['tools/build.mjs'], { stdio: ['ignore', 2, 2] });
  if (status !== 0) fail('The build failed: see its messages above.');
}

/** Jest wants a process of its own; everything else runs in this one, so that what stops this process stops the tool. */
async function run([script, ...fixed], args) {
  if (script.startsWith('node_modules')) return runChild(script, args);
  process.setSourceMapsEnabled(true);
  process.argv = [process.argv[0], join(root, script), ...fixed, ...args];
  await import(pathToFileURL(join(root, script)).href);
}

function runChild(script, args) {
  const child = spawn(process.execPath, ['--enable-source-maps', script, ...args], { stdio: 'inherit' });
  // A Ctrl-C reaches the child by itself, through the terminal; what is sent to us alone is passed on.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
}

const [tool, ...args] = process.argv.slice(2);
if (!Object.hasOwn(TOOLS, tool ?? '')) fail(`usage: node tools/run.mjs ${Object.keys(TOOLS).join('|')} ARGS...`);
checkNode();
install();
bundle();
await run(TOOLS[tool], args);
