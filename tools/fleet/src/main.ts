import { addressTable } from './address-table';
import { readCommand, USAGE } from './command-line';
import { startFleet } from './start-fleet';
import type { RunningFleet } from './start-fleet';

/** Two signals within this time are one key. */
const SAME_KEY_MS = 500;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Resolves at Ctrl-C or SIGTERM; a second one ends the process at once, and the guardian stops the rest. */
function stopIsAsked(): Promise<void> {
  return new Promise((resolve) => {
    let asked = 0;
    let askedAt = -SAME_KEY_MS;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        // One Ctrl-C may reach us twice: from the terminal, and passed on by npm.
        if (performance.now() - askedAt < SAME_KEY_MS) return;
        askedAt = performance.now();
        asked += 1;
        if (asked > 1) process.exit(130);
        resolve();
      });
    }
  });
}

async function main(): Promise<void> {
  const command = readCommand(process.argv.slice(2));
  if (command.kind === 'help') return void process.stdout.write(USAGE);
  if (command.kind === 'mistake') {
    say(`${command.message}\n\n${USAGE}`);
    process.exitCode = 64;
    return;
  }
  const asked = stopIsAsked();
  let fleet: RunningFleet;
  try {
    fleet = await startFleet({
      ...command,
      report: (line) => say(`  ${line}`),
      onAppLost: (name, reason) => {
        process.exitCode = 1;
        say(`${name} ${reason}\nThe other apps go on; stop with Ctrl-C and start again.`);
      },
    });
  } catch (error) {
    say(error instanceof Error ? messageOf(error) : String(error));
    process.exit(1);
  }
  if (command.isJson) process.stdout.write(`${JSON.stringify({ ready: true, ...fleet.description })}\n`);
  else {
    process.stdout.write(`\nSwitchyard is ready.\n\n${addressTable(fleet.description)}\n\n`);
    process.stdout.write('Try it: npm run demo (in another terminal). Ctrl-C stops the fleet.\n');
  }
  await asked;
  say('Stopping; once more Ctrl-C ends everything at once.');
  await fleet.stop();
  say('Stopped.');
  process.exit();
}

function messageOf(error: Error): string {
  const { remedy } = error as { remedy?: unknown };
  return typeof remedy === 'string' ? `${error.message} ${remedy}` : error.message;
}

void main();
