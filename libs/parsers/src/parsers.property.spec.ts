import fc from 'fast-check';
import { PARSERS } from './registry';
import { contextOf, directoryOf, fuzzOnce, fuzzRequest } from './testing';

const CASES = 10_000;
const parsers = [...PARSERS.values()];
/** Processor time: what else the machine does, and for how long this process waits, is not the parser's. */
const clock = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
/** What is slow, or wrong, is so again; a garbage collection is not. */
const TRIES = 3;

/** Providers whose requests are among the seeds (testing/fuzz/seeds.ts). */
const SEEDED = new Set(['bitbucket', 'bitbucket_server', 'discord', 'github', 'gitlab', 'slack', 'vercel', 'vsts']);

/** Every provider's secret is missing: whoever asks, nobody is known. */
const nobody = contextOf(directoryOf({}));

describe.each(parsers.map((parser) => [parser.provider, parser] as const))('parser %s', (_provider, parser) => {
  it(`${CASES} mutated requests: never throws, is never slow, and stays within its table`, async () => {
    const kinds = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(fc.nat(0x7fffffff), async (seed) => {
        let { kind, problem } = await fuzzOnce(parser, seed, clock);
        for (let tried = 1; problem !== undefined && tried < TRIES; tried += 1)
          ({ kind, problem } = await fuzzOnce(parser, seed, clock));
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
        expect(problem).toBeUndefined();
      }),
      { numRuns: CASES },
    );
    // Seeds that only ever lead to refusals would try little.
    if (SEEDED.has(parser.provider)) expect(kinds.size).toBeGreaterThan(1);
  }, 60_000);

  it('lets nothing to a region when it knows nobody', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(0x7fffffff), async (seed) => {
        const decision = await parser.decide(fuzzRequest(parser, seed), nobody);
        expect(['reply', 'control']).toContain(decision.kind);
      }),
      { numRuns: 500 },
    );
  });
});
