import { monitorEventLoopDelay } from 'node:perf_hooks';
import { PARSERS } from '@switchyard/parsers';
import type { InboundRequest, Parser } from '@switchyard/parsers';
import { InboundRequest as Inbound } from '@switchyard/parsers';
import type { Bench, BenchContext, BenchRow } from '../bench';
import { benchContext, bodyOf, PARSE_CASES } from './parse-payloads';
import type { ParseCase } from './parse-payloads';

const SIZES = { '2 KB': 2_048, '200 KB': 204_800 } as const;
const HUGE_BYTES = 25_000_000;
/** One measurement: long enough for the garbage collector to have its turns. */
const STRETCH_MS = 120;

interface Measured {
  readonly provider: string;
  readonly size: keyof typeof SIZES;
  readonly decisionUs: number;
  readonly parseUs: number;
}

/** What a decision costs, beside the `JSON.parse` of the same body that a first version would begin with. */
export const parseBench: Bench = {
  name: 'parse',
  summary: 'decisions per provider, beside a bare JSON.parse of the same body',
  async run(context) {
    const measured: Measured[] = [];
    for (const parseCase of PARSE_CASES) {
      for (const size of Object.keys(SIZES) as (keyof typeof SIZES)[])
        measured.push(await compare(context, parseCase, size));
    }
    const large = measured.filter(({ size }) => size === '200 KB');
    const ratioOf = ({ decisionUs, parseUs }: Measured): number => decisionUs / parseUs;
    const worst = large.reduce((left, right) => (ratioOf(left) > ratioOf(right) ? left : right));
    const blockedMs = await longestBlock();
    context.report(
      `slowest on 200 KB: ${worst.provider}; a 25 MB webhook held others up for ${blockedMs.toFixed(0)} ms`,
    );
    return {
      rows: measured.flatMap(toRows),
      setting: 'one core, signed requests; p50 and p99 are the decision and the parse of one body in ms',
      ratios: { worst_decision_vs_json_parse: ratioOf(worst) },
      figures: {
        blocked_by_25_mb_ms: blockedMs,
        ...Object.fromEntries(large.map((row) => [`${row.provider}_200kb_vs_json_parse`, ratioOf(row)])),
        ...Object.fromEntries(
          measured
            .filter(({ size }) => size === '2 KB')
            .map(({ provider, decisionUs, parseUs }) => [`${provider}_2kb_over_json_parse_us`, decisionUs - parseUs]),
        ),
      },
    };
  },
};

function toRows({ provider, size, decisionUs, parseUs }: Measured): BenchRow[] {
  return [
    { name: `${provider} ${size}`, perSecond: 1e6 / decisionUs, p50Ms: decisionUs / 1000, p99Ms: parseUs / 1000 },
  ];
}

/** Decision and parse in turn, round by round; the median of each. */
async function compare({ rounds }: BenchContext, parseCase: ParseCase, size: keyof typeof SIZES): Promise<Measured> {
  const parser = PARSERS.get(parseCase.provider as never) as Parser;
  const body = bodyOf(parseCase.head, SIZES[size]);
  const given = await parseCase.make(body);
  const decision = await parser.decide(given, benchContext);
  if (decision.kind !== parseCase.expected) {
    throw new Error(
      `${parseCase.provider} decided ${decision.kind} (${decision.because}) instead of ${parseCase.expected}`,
    );
  }
  const decide = () => parser.decide(again(given), benchContext);
  const parse = () => JSON.parse(body.toString('utf8')) as unknown;
  await timed(decide);
  await timed(parse);
  const decisions: number[] = [];
  const parses: number[] = [];
  for (let round = 0; round < rounds + 2; round += 1) {
    decisions.push(await timed(decide));
    parses.push(await timed(parse));
  }
  return { provider: parseCase.provider, size, decisionUs: median(decisions), parseUs: median(parses) };
}

/** A request remembers what was decoded of it: each decision gets a new one. */
const again = (given: InboundRequest): InboundRequest => new Inbound(given);

/** Microseconds of one call. */
async function timed(work: () => unknown): Promise<number> {
  const startedAt = performance.now();
  let calls = 0;
  while (performance.now() - startedAt < STRETCH_MS) {
    for (let index = 0; index < 5; index += 1) await work();
    calls += 5;
  }
  return ((performance.now() - startedAt) * 1000) / calls;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}

/** The longest time for which nothing else had its turn while webhooks of GitHub's largest size were decided. */
async function longestBlock(): Promise<number> {
  const [github] = PARSE_CASES as readonly [ParseCase];
  const body = bodyOf(github.head, HUGE_BYTES);
  const given = await github.make(body);
  const parser = PARSERS.get('github') as Parser;
  await parser.decide(again(given), benchContext);
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  for (let index = 0; index < 5; index += 1) {
    await parser.decide(again(given), benchContext);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  delays.disable();
  return delays.max / 1e6;
}
