import { addressTable } from './address-table';
import { readCommand, USAGE } from './command-line';
import { startFleet } from './start-fleet';
import type { RunningFleet } from './start-fleet';

/** Two signals within this time are one key. */
const SAME_KEY_MS = 500;
/** The exit code of a program that Ctrl-C ended. */
const INTERRUPTED = 130;

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
        if (asked > 1) process.exit(INTERRUPTED);
        resolve();
      });
    }
  });
}

async function main(): Promise<void> {
  // A terminal or a pipe that closes must not keep us from stopping in order.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const command = readCommand(process.argv.slice(2));
  if (command.kind === 'help') return void process.stdout.write(USAGE);
  if (command.kind === 'mistake') {
    say(`${command.message}\n\n${USAGE}`);
    process.exitCode = 64;
    return;
  }
  const stopping = new AbortController();
  const asked = stopIsAsked().then(() => {
    say('Stopping; once more Ctrl-C ends everything at once.');
    stopping.abort(new Error('Stopped before it was ready.'));
  });
  let fleet: RunningFleet;
  try {
    fleet = await startFleet({
      ...command,
      signal: stopping.signal,
      report: (line) => say(`  ${line}`),
      onAppLost: (name, reason) => {
        process.exitCode = 1;
        say(`${name} ${reason}\nThe other apps go on; stop with Ctrl-C and start again.`);
      },
    });
  } catch (error) {
    say(error instanceof Error ? messageOf(error) : String(error));
    process.exit(stopping.signal.aborted ? INTERRUPTED : 1);
  }
  if (command.isJson) process.stdout.write(`${JSON.stringify({ ready: true, ...fleet.description })}\n`);
  else {
    process.stdout.write(`\nSwitchyard is ready.\n\n${addressTable(fleet.description)}\n\n`);
    process.stdout.write('Try it: npm run demo (in another terminal). Ctrl-C stops the fleet.\n');
  }
  await asked;
  await fleet.stop();
  say('Stopped.');
  process.exit();
}

function messageOf(error: Error): string {
  const { remedy } = error as { remedy?: unknown };
  const message = /[.!?]$/.test(error.message) ? error.message : `${error.message}.`;
  return typeof remedy === 'string' ? `${message} ${remedy}` : error.message;
}

void main();
