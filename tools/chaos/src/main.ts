import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { runChaos } from './run-chaos';
import type { ChaosResult } from './run-chaos';

const USAGE = `npm run chaos -- [options]

A fleet under load while things break; then every acknowledged webhook is looked for.

  --webhooks N   how many are sent (default 100000)
  --faults N     how many things go wrong (default 50)
  --seed N       the same faults in the same order as another run
  --json         the last line is one object
  --help         this text

Exit code 1 when anything was lost, reordered or doubled.
`;

function wholeNumber(name: string, text: string, max: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1 && value <= max) return value;
  throw new Error(`--${name} is a whole number from 1 to ${max}.`);
}

function describe({
  accepted,
  delivered,
  lost,
  reordered,
  doubled,
  faults,
  byFault,
  books,
  durationMs,
}: ChaosResult): string {
  const kinds = Object.entries(byFault).sort(([left], [right]) => (left < right ? -1 : 1));
  return [
    '',
    ...kinds.map(([name, count]) => `${String(count).padStart(4)}  ${name}`),
    '',
    `accepted ${accepted}, delivered ${delivered} (two regions), lost ${lost}, reordered ${reordered}, doubled ${doubled}`,
    `the gateway's books: delivered ${books.delivered}, waiting ${books.waiting}, dead ${books.dead}`,
    `${faults} faults in ${(durationMs / 1000).toFixed(0)} s`,
    '',
  ].join('\n');
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      webhooks: { type: 'string', default: '100000' },
      faults: { type: 'string', default: '50' },
      seed: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(USAGE);
  const seed = values.seed === undefined ? randomInt(1, 2 ** 31) : wholeNumber('seed', values.seed, 2 ** 31);
  process.stderr.write(`  seed ${seed}\n`);
  const result = await runChaos({
    webhooks: wholeNumber('webhooks', values.webhooks, 10_000_000),
    faults: wholeNumber('faults', values.faults, 10_000),
    seed,
    report: (line) => void process.stderr.write(`  ${line}\n`),
  });
  process.stdout.write(describe(result));
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  process.exitCode = result.lost + result.reordered + result.doubled === 0 ? 0 : 1;
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
