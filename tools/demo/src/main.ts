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

Sends GitHub's and Slack's webhooks to a fleet as they would, forged ones among them, and checks what becomes of each.
Uses the fleet that runs from this folder (npm start), or starts one for itself and stops it afterwards.

  --data-dir DIR   folder of the running fleet (default .switchyard)
  --json           one JSON object on standard output
  --help           this text

Exit code 1 when anything is off.
`;

const FAILURES_SHOWN = 50;

const say = (line: string): void => void process.stderr.write(`  ${line}\n`);

/** Runs on the fleet that is there, else on one of its own. */
async function withFleet<Result>(dataDir: string, use: (fleet: FleetDescription) => Promise<Result>): Promise<Result> {
  const running = findRunningFleet(dataDir);
  if (running !== undefined) return use(running);
  say('no fleet runs here: starting one for the demo');
  const folder = mkdtempSync(join(tmpdir(), 'switchyard-demo-'));
  const fleet = await startFleet({ dataDir: folder, hasAnyPorts: true, report: say });
  try {
    return await use(fleet.description);
  } finally {
    await fleet.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function describe({ kinds, failures, requests, durationMs }: DemoResult): string {
  const verdict =
    failures.length === 0
      ? `All ${requests} requests went where they should, byte for byte, in ${(durationMs / 1000).toFixed(1)} s.`
      : `${failures.length} things are off:\n${failures
          .slice(0, FAILURES_SHOWN)
          .map((failure) => `  - ${failure}`)
          .join('\n')}`;
  return `\n${summaryTable(kinds)}\n\n${verdict}\n`;
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
  process.exitCode = result.isGood ? 0 : 1;
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
