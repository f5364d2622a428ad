// Starts PostgreSQL and Redis when the run has specs that need them (*.int.spec.ts), and Kafka for *.kafka.int.spec.ts; the specs
// find them by TEST_* variables.
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..', '..');

module.exports = async (globalConfig, projectConfig) => {
  const needs = (ending) => needsServers(globalConfig, projectConfig, ending);
  if (process.env.TEST_DATABASE_URL || !needs('.int.spec.ts')) return;
  const addresses = await startServers(await bundleServices(), needs('.kafka.int.spec.ts') ? ['--kafka'] : []);
  process.env.TEST_DATABASE_URL = addresses.postgresUrl;
  if (addresses.redisUrl) process.env.TEST_REDIS_URL = addresses.redisUrl;
  else process.env.TEST_REDIS_SKIP = addresses.redisSkip;
  if (addresses.kafkaBrokers) process.env.TEST_KAFKA_BROKERS = addresses.kafkaBrokers;
  else if (addresses.kafkaSkip) process.env.TEST_KAFKA_SKIP = addresses.kafkaSkip;
};

/** Unit specs need nothing. When jest chooses the specs by itself (--onlyChanged), they may be any. */
function needsServers(globalConfig, projectConfig, ending) {
  if (globalConfig.onlyChanged || globalConfig.findRelatedTests) return true;
  if (globalConfig.runTestsByPath) return globalConfig.nonFlagArgs.some((file) => file.endsWith(ending));
  const patterns = globalConfig.testPathPatterns.toExecutor({ rootDir: projectConfig.rootDir });
  return integrationSpecs(ending).some((file) => !patterns.isSet() || patterns.isMatch(file));
}

function integrationSpecs(ending) {
  return ['apps', 'libs', 'tools', 'e2e'].flatMap((folder) =>
    fs
      .readdirSync(path.join(root, folder), { recursive: true })
      .filter((file) => file.endsWith(ending))
      .map((file) => path.join(root, folder, file)),
  );
}

/** Bundles tools/services, some 0.2 s; written in one step, because runs side by side share the file. */
async function bundleServices() {
  const file = path.join(root, 'dist', 'tools', 'jest', 'services.js');
  const before = process.cwd();
  process.chdir(root);
  try {
    const { build } = require('esbuild');
    const { options } = await import('../build-options.mjs');
    const { outputFiles } = await build({
      ...options('tools/services'),
      outfile: file,
      sourcemap: 'inline',
      write: false,
    });
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(`${file}.${process.pid}`, outputFiles[0].contents);
    fs.renameSync(`${file}.${process.pid}`, file);
  } finally {
    process.chdir(before);
  }
  return file;
}

/** Resolves to the addresses; the servers stop when the child's standard input closes, so also when jest is killed. */
function startServers(file, more) {
  const parameters = ['--enable-source-maps', file, 'up', '--postgres', '--redis', ...more, '--json'];
  const child = spawn(process.execPath, parameters, {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  globalThis.switchyardServices = child;
  return new Promise((resolve, reject) => {
    let said = '';
    let complaint = '';
    child.stderr.on('data', (chunk) => {
      complaint += chunk;
      process.stderr.write(chunk);
    });
    child.stdout.on('data', (chunk) => {
      said += chunk;
      if (said.includes('\n')) resolve(JSON.parse(said));
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`The servers for the tests did not start. ${complaint.trim()}`)));
  });
}
