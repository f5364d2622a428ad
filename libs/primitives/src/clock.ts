/** DI token of the process's {@link Clock}. */
export const CLOCK = Symbol('CLOCK');

/** Where code gets the time from, so that a test can own it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Milliseconds of a clock that never jumps; only differences mean something. */
  monotonic(): number;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};

/** A clock that a test moves by hand. */
export class FakeClock implements Clock {
  private epochMs: number;

  constructor(epochMs = Date.UTC(2026, 0, 1)) {
    this.epochMs = epochMs;
  }

  now(): number {
    return this.epochMs;
  }

  monotonic(): number {
    return this.epochMs;
  }

  advance(ms: number): void {
    this.epochMs += ms;
  }
}
