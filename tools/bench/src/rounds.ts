import type { BenchContext, BenchRow } from './bench';
import { load } from './load';
import type { LoadRequest, LoadSample } from './load';

/** One of the things that are compared. */
export interface Contestant {
  readonly name: string;
  readonly origin: string;
  readonly requests: readonly LoadRequest[];
}

const WARM_UP_SECONDS = 2;

/**
 * Measures all contestants in turn, round by round, so that what else the machine does falls on all of them.
 *
 * @returns the median of each, by rate, in the order given
 */
export async function compare(context: BenchContext, contestants: readonly Contestant[]): Promise<BenchRow[]> {
  for (const { origin, requests } of contestants) await load(origin, requests, WARM_UP_SECONDS);
  const samples = new Map<string, LoadSample[]>(contestants.map(({ name }) => [name, []]));
  for (let round = 1; round <= context.rounds; round++) {
    for (const { name, origin, requests } of contestants) {
      const sample = await load(origin, requests, context.seconds);
      samples.get(name)?.push(sample);
      context.report(`round ${round} of ${context.rounds}: ${name} ${Math.round(sample.perSecond)}/s`);
    }
  }
  return contestants.map(({ name }) => ({ name, ...medianOf(samples.get(name) ?? []) }));
}

/** The sample with the median rate. */
export function medianOf(samples: readonly LoadSample[]): LoadSample {
  const sorted = [...samples].sort((left, right) => left.perSecond - right.perSecond);
  const median = sorted[Math.floor(sorted.length / 2)];
  if (median === undefined) throw new Error('nothing was measured');
  return median;
}
