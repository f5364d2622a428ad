import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { runChaos } from './run-chaos';
import type { ChaosResult } from './run-chaos';
import { isClean, runRolling } from './rolling/run-rolling';
import type { RollingResult } from './rolling/run-rolling';
import { isExact, runUsageChaos } from './usage/run-usage-chaos';
import type { UsageChaosResult } from './usage/run-usage-chaos';

const USAGE = `npm run chaos -- [options]

A fleet under load while things break; then every acknowledged webhook is looked for.

  --webhooks N   how many are sent (default 100000)
  --faults N     how many things go wrong (default 50)
  --seed N       the same faults in the same order as another run
  --usage        usage instead of webhooks: a real Kafka, consumers that are killed, a broker that crashes, a group that changes;
                 then usage has to be exactly what was sent
  --records N    how many are sent with --usage (default 1000000)
  --kills N      how often a consumer is killed with --usage (default 20)
  --restarts N   how often the broker crashes with --usage (default 2)
  --rebalances N how often the group changes with --usage (default 10)
  --rolling      nothing breaks: every process is restarted in turn under load, two of each app behind balancers
  --rounds N     how often each is restarted with --rolling (default 2)
  --json         the last line is one object
  --help         this text

Exit code 1 when anything was lost, reordered or doubled, a sum of usage is wrong, or, with --rolling, anything was answered otherwise
than it should have been.
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

const describeUsage = (result: UsageChaosResult): string =>
  [
    '',
    `${result.records} records: ${result.sums} sums by organization, category, outcome and hour, ${result.wrong} of them wrong`,
    `difference of the daily usage ${result.dailyDifference}, of the ledger ${result.ledgerDifference}`,
    `${result.faulty} faulty records, ${result.deadLetters} dead letters; ${(result.durationMs / 1000).toFixed(0)} s`,
    '',
  ].join('\n');

const describeRolling = ({
  restarts,
  unclean,
  answers,
  unexpected,
  webhooks,
  apps,
  usage,
  durationMs,
}: RollingResult) =>
  [
    '',
    ...Object.entries(answers).map(([name, counts]) => `${name.padEnd(12)} ${JSON.stringify(counts)}`),
    ...unexpected,
    ...unclean,
    '',
    `webhooks delivered ${webhooks.delivered} (two regions), lost ${webhooks.lost}, reordered ${webhooks.reordered}, doubled ${webhooks.doubled}`,
    `apps told ${apps.told}, lost ${apps.lost}, told twice ${apps.doubled}; usage published ${usage.published}, counted ${usage.counted}`,
    `${restarts} restarts in ${(durationMs / 1000).toFixed(0)} s`,
    '',
  ].join('\n');

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      webhooks: { type: 'string', default: '100000' },
      faults: { type: 'string', default: '50' },
      seed: { type: 'string' },
      usage: { type: 'boolean', default: false },
      records: { type: 'string', default: '1000000' },
      kills: { type: 'string', default: '20' },
      restarts: { type: 'string', default: '2' },
      rebalances: { type: 'string', default: '10' },
      rolling: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '2' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(USAGE);
  const seed = values.seed === undefined ? randomInt(1, 2 ** 31) : wholeNumber('seed', values.seed, 2 ** 31);
  process.stderr.write(`  seed ${seed}\n`);
  const report = (line: string): void => void process.stderr.write(`  ${line}\n`);
  if (values.usage) {
    const result = await runUsageChaos({
      records: wholeNumber('records', values.records, 100_000_000),
      kills: wholeNumber('kills', values.kills, 1_000),
      restarts: wholeNumber('restarts', values.restarts, 1_000),
      rebalances: wholeNumber('rebalances', values.rebalances, 1_000),
      seed,
      report,
    });
    process.stdout.write(describeUsage(result));
    if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
    process.exitCode = isExact(result) ? 0 : 1;
    return;
  }
  if (values.rolling) {
    const result = await runRolling({
      rounds: wholeNumber('rounds', values.rounds, 1_000),
      isWhole: true,
      paceMs: 20,
      report,
    });
    process.stdout.write(describeRolling(result));
    if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
    process.exitCode = isClean(result) ? 0 : 1;
    return;
  }
  const result = await runChaos({
    webhooks: wholeNumber('webhooks', values.webhooks, 10_000_000),
    faults: wholeNumber('faults', values.faults, 10_000),
    seed,
    report,
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
