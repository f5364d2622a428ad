import { FakeClock } from '@switchyard/primitives';
import fc from 'fast-check';
import { DeadlineWheel, WheelEntry } from './deadline-wheel';

class Probe extends WheelEntry {
  expiredAtMs: number | undefined;
  expirations = 0;

  constructor(
    private readonly clock: FakeClock,
    private readonly onExpire?: () => void,
  ) {
    super();
  }

  override expire(): void {
    this.expirations += 1;
    this.expiredAtMs = this.clock.monotonic();
    this.onExpire?.();
  }
}

/** Moves the clock in small steps, as the timer would. */
function run(wheel: DeadlineWheel, clock: FakeClock, ms: number, stepMs = 1): void {
  for (let passed = 0; passed < ms; passed += stepMs) {
    clock.advance(stepMs);
    wheel.advance();
  }
}

describe(DeadlineWheel.name, () => {
  let clock: FakeClock;
  let wheel: DeadlineWheel;

  beforeEach(() => {
    clock = new FakeClock();
    wheel = new DeadlineWheel(clock);
  });

  /** Empties the wheel, so that its timer stops. */
  afterEach(() => run(wheel, clock, 100_000, 10_000));

  it('never expires an entry early, and at most a tick late', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ delayMs: fc.integer({ min: 0, max: 12_000 }), pauseMs: fc.integer({ min: 0, max: 40 }) }),
          {
            maxLength: 30,
          },
        ),
        (plan) => {
          const added = plan.map(({ delayMs, pauseMs }) => {
            run(wheel, clock, pauseMs);
            const probe = new Probe(clock);
            wheel.add(probe, delayMs);
            return { probe, dueMs: clock.monotonic() + delayMs };
          });
          run(wheel, clock, 12_020);
          for (const { probe, dueMs } of added) {
            expect(probe.expirations).toBe(1);
            expect(probe.expiredAtMs).toBeGreaterThanOrEqual(dueMs);
            expect(probe.expiredAtMs).toBeLessThanOrEqual(dueMs + 11);
          }
          expect(wheel.size).toBe(0);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('does not expire what was removed, and bears removing twice', () => {
    const [kept, removed] = [new Probe(clock), new Probe(clock)];
    wheel.add(removed, 50);
    wheel.add(kept, 50);
    wheel.remove(removed);
    wheel.remove(removed);
    expect(wheel.size).toBe(1);
    run(wheel, clock, 100);
    expect([kept.expirations, removed.expirations]).toEqual([1, 0]);
  });

  it('expires everything that is due after a stall longer than a turn', () => {
    const probes = [10, 4000, 6000, 59_000, 61_000].map((delayMs) => {
      const probe = new Probe(clock);
      wheel.add(probe, delayMs);
      return probe;
    });
    clock.advance(60_000);
    wheel.advance();
    expect(probes.map((probe) => probe.expirations)).toEqual([1, 1, 1, 1, 0]);
  });

  it('lets an expiring entry add another', () => {
    const second = new Probe(clock);
    wheel.add(new Probe(clock, () => wheel.add(second, 20)), 10);
    run(wheel, clock, 60);
    expect(second.expirations).toBe(1);
  });
});
