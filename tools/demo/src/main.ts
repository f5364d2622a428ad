import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findRunningFleet, startFleet } from '@switchyard/fleet';
import type { FleetDescription } from '@switchyard/fleet';
import { runDemo } from './run-demo';
import type { DemoResult } from './run-demo';
import { summaryTable } from './summary';

const USAGE = `npm run demo -- [options]

Sends GitHub's and Slack's webhooks to a fleet as they would, forged ones among them, and checks what becomes of each. Then
an app is installed, told, breaks, is switched off, mended and switched on again.
Uses the fleet that runs from this folder (npm start), or starts one for itself and stops it afterwards.

  --data-dir DIR   folder of the running fleet (default .switchyard)
  --json           one JSON object on standard output
  --help           this text

Exit code 1 when anything is off.
`;

/** Of one check. */
const FAILURES_SHOWN = 15;

const say = (line: string): void => void process.stderr.write(`  ${line}\n`);

/** Runs on the fleet that is there, else on one of its own. */
async function withFleet<Result>(dataDir: string, use: (fleet: FleetDescription) => Promise<Result>): Promise<Result> {
  const running = findRunningFleet(dataDir);
  if (running !== undefined) return use(running);
  say('no fleet runs here: starting one for the demo');
  const folder = mkdtempSync(join(tmpdir(), 'switchyard-demo-'));
  const interrupted = untilInterrupted();
  const starting = startFleet({ dataDir: folder, hasAnyPorts: true, report: say });
  try {
    const { description } = await Promise.race([starting, interrupted]);
    return await Promise.race([use(description), interrupted]);
  } finally {
    await starting.then((fleet) => fleet.stop()).catch(() => undefined);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Rejects at the first Ctrl-C, so that all is put away. A second one ends the process, and the guardian what it started. */
function untilInterrupted(): Promise<never> {
  const interruption = new Promise<never>((_resolve, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM']) {
      process.once(signal, () => reject(new Error(`Stopped by ${signal}: the fleet of the demo is put away.`)));
    }
  });
  // It may come before or after anybody waits for it.
  interruption.catch(() => undefined);
  return interruption;
}

function describe({ kinds, checks, failures, figures }: DemoResult): string {
  const seconds = (figures.durationMs / 1000).toFixed(1);
  const verdict =
    failures.length === 0
      ? `All ${figures.sent} requests went where they should, byte for byte, in ${seconds} s.`
      : `${failures.length} things are off.`;
  return `\n${summaryTable(kinds)}\n\n${checks.map(describeCheck).join('\n')}\n\n${verdict}\n`;
}

function describeCheck({ name, ok, failures }: DemoResult['checks'][number]): string {
  const shown = failures.slice(0, FAILURES_SHOWN).map((failure) => `  - ${failure}`);
  const others = failures.length - shown.length;
  return [
    `${ok ? '✓' : '✗'} ${name}`,
    ...shown,
    ...(others > 0 ? [`  - and ${others} more (--json has all)`] : []),
  ].join('\n');
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      'data-dir': { type: 'string', default: '.switchyard' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(USAGE);
  const result = await withFleet(values['data-dir'], (fleet) => runDemo(fleet, say));
  process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : describe(result));
  process.exitCode = result.ok ? 0 : 1;
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
