import { parseArgs } from 'node:util';
import { PARSERS } from '@switchyard/parsers';
import type { Parser } from '@switchyard/parsers';
import { fuzzOnce } from '@switchyard/parsers/testing';

const USAGE = `npm run fuzz -- [--minutes N] [--provider KEY] [--seed N] [--json]

Sends parsers requests that are almost right and checks that none throws, takes longer than 50 ms or decides what it may not.

  --minutes N     how long (default 1)
  --provider KEY  only this one
  --seed N        one case of each parser, or of --provider, to look at a failure again
  --json          one JSON object on standard output

Exit code 1 when anything failed.
`;

const CASES_IN_A_ROW = 500;
const FAILURES_MAX = 20;
const SEED_MAX = 0x7fffffff;

interface Failure {
  readonly provider: string;
  readonly seed: number;
  readonly problem: string;
}

interface Result {
  cases: number;
  slowestMs: number;
  readonly failures: Failure[];
}

const clock = (): number => performance.now();

async function runCase(parser: Parser, seed: number, result: Result): Promise<void> {
  const { durationMs, problem } = await fuzzOnce(parser, seed, clock);
  result.cases += 1;
  result.slowestMs = Math.max(result.slowestMs, durationMs);
  if (problem !== undefined) result.failures.push({ provider: parser.provider, seed, problem });
}

async function fuzz(parsers: readonly Parser[], minutes: number, say: (line: string) => void): Promise<Result> {
  const result: Result = { cases: 0, slowestMs: 0, failures: [] };
  const endsAt = clock() + minutes * 60_000;
  let reportAt = clock() + 5_000;
  let seed = Math.floor(Math.random() * SEED_MAX);
  while (clock() < endsAt && result.failures.length < FAILURES_MAX) {
    for (const parser of parsers) {
      for (let index = 0; index < CASES_IN_A_ROW; index += 1) await runCase(parser, (seed += 1) % SEED_MAX, result);
    }
    if (clock() < reportAt) continue;
    reportAt = clock() + 5_000;
    say(`${result.cases} cases, ${result.failures.length} failures, slowest ${result.slowestMs.toFixed(1)} ms`);
  }
  return result;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '1' },
      provider: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(USAGE);
  const parsers = [...PARSERS.values()].filter(({ provider }) => [undefined, provider].includes(values.provider));
  const minutes = Number(values.minutes);
  const seed = values.seed === undefined ? undefined : Number(values.seed);
  if (parsers.length === 0)
    throw new Error(`No parser is called ${values.provider}: ${[...PARSERS.keys()].join(', ')}.`);
  if (!(minutes > 0 && minutes <= 1_440)) throw new Error('--minutes is a number up to 1440.');
  if (seed !== undefined && !Number.isSafeInteger(seed)) throw new Error('--seed is a whole number.');

  const result: Result = { cases: 0, slowestMs: 0, failures: [] };
  if (seed === undefined) {
    Object.assign(result, await fuzz(parsers, minutes, (line) => process.stderr.write(`  ${line}\n`)));
  } else {
    for (const parser of parsers) await runCase(parser, seed, result);
  }
  const lines = result.failures.map(({ provider, seed: of, problem }) => `${provider} --seed ${of}: ${problem}`);
  const summary = `${result.cases} cases, ${result.failures.length} failed, slowest ${result.slowestMs.toFixed(1)} ms`;
  process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : `${[...lines, summary].join('\n')}\n`);
  process.exitCode = result.failures.length === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 64;
});
