/** DI token of the process's {@link RandomSource}. */
export const RANDOM = Symbol('RANDOM');

/** Where code gets randomness for jitter from. Not for secrets: those come from `node:crypto`. */
export interface RandomSource {
  /** A number in [0, 1). */
  next(): number;
}

/** The runtime's generator. */
export const systemRandom: RandomSource = { next: () => Math.random() };

/** A generator that repeats itself for the same seed (mulberry32), for tests and for seeded failure runs. */
export function seededRandom(seed: number): RandomSource {
  let state = seed >>> 0;
  return {
    next() {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = state;
      mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    },
  };
}
