import { parseArgs } from 'node:util';
import type { Bench, BenchContext } from './bench';
import { backlogBench } from './benches/backlog';
import { deliverBench } from './benches/deliver';
import { footprintBench } from './benches/footprint';
import { forwardBench } from './benches/forward';
import { ingestBench } from './benches/ingest';
import { notifyBench } from './benches/notify';
import { outcomesBench } from './benches/outcomes';
import { parseBench } from './benches/parse';
import { threadsBench } from './benches/threads';
import { describeResult, toJson } from './report';

const BENCHES: readonly Bench[] = [
  forwardBench,
  ingestBench,
  parseBench,
  deliverBench,
  backlogBench,
  notifyBench,
  outcomesBench,
  threadsBench,
  footprintBench,
];

const USAGE = `npm run bench -- NAME [--json] [--long] [--profile FOLDER]

${BENCHES.map(({ name, summary }) => `  ${name.padEnd(9)} ${summary}`).join('\n')}

  --json    the last line is one object {"bench", "ratios", "figures"}
  --long    three times as long; without it a benchmark takes less than two minutes
  --profile each program leaves a .cpuprofile in that folder; open it in a browser's developer tools. The figures are lower then
`;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

interface RunOptions {
  readonly isLong: boolean;
  readonly isJson: boolean;
  readonly profileFolder: string | undefined;
}

async function run(bench: Bench, { isLong, isJson, profileFolder }: RunOptions): Promise<void> {
  const context: BenchContext = {
    seconds: isLong ? 10 : 4,
    rounds: isLong ? 5 : 3,
    report: (line) => say(`  ${line}`),
    cleanUp: [],
    profileFolder,
  };
  try {
    const result = await bench.run(context);
    process.stdout.write(`${describeResult(bench.name, result)}\n`);
    if (isJson) process.stdout.write(`${toJson(bench.name, result)}\n`);
  } finally {
    for (const stop of context.cleanUp.reverse()) await stop();
  }
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean' },
      long: { type: 'boolean' },
      profile: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) return void process.stdout.write(USAGE);
  const bench = BENCHES.find(({ name }) => name === positionals[0]);
  if (bench === undefined) {
    say(USAGE);
    process.exitCode = 64;
    return;
  }
  await run(bench, { isLong: values.long === true, isJson: values.json === true, profileFolder: values.profile });
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
