import { FakeClock } from './clock';
import { Deadline } from './deadline';
import { seededRandom } from './random';
import { SwitchyardError } from './switchyard.error';

describe(Deadline.name, () => {
  it('counts down to zero and stays there', () => {
    const clock = new FakeClock();
    const deadline = Deadline.after(clock, 100);
    clock.advance(40);
    expect(deadline.remainingMs()).toBe(60);
    expect(deadline.isPast).toBe(false);
    clock.advance(100);
    expect(deadline.remainingMs()).toBe(0);
    expect(deadline.isPast).toBe(true);
  });
});

describe(seededRandom.name, () => {
  it('repeats itself for the same seed, differs for another, and stays in [0, 1)', () => {
    const draw = (seed: number): number[] => {
      const random = seededRandom(seed);
      return Array.from({ length: 100 }, () => random.next());
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(draw(3).every((value) => value >= 0 && value < 1)).toBe(true);
  });
});

describe(SwitchyardError.name, () => {
  it('carries its code, remedy, details and cause, and the name of its class', () => {
    class TestError extends SwitchyardError {}
    const cause = new Error('below');
    const error = new TestError('it broke', { code: 'SWY_TEST_BROKE', remedy: 'mend it', details: { part: 1 }, cause });
    expect(error).toMatchObject({
      name: 'TestError',
      code: 'SWY_TEST_BROKE',
      remedy: 'mend it',
      details: { part: 1 },
      cause,
    });
  });
});
