import { FakeClock } from '@switchyard/primitives';
import { FailureLimiter } from './failure-limiter';

const LIMITS = { failuresMax: 3, windowMs: 60_000, addressesMax: 2 };

describe(FailureLimiter.name, () => {
  let clock: FakeClock;
  let limiter: FailureLimiter;
  beforeEach(() => {
    clock = new FakeClock(1_000_000);
    limiter = new FailureLimiter(clock, LIMITS);
  });
  const fail = (address: string | undefined, times: number) => {
    for (let time = 0; time < times; time++) limiter.fail(address);
  };

  it('lets an address wait that failed often enough, and no other', () => {
    fail('192.0.2.1', 2);
    expect(limiter.secondsToWait('192.0.2.1')).toBe(0);
    fail('192.0.2.1', 1);
    clock.advance(500);
    expect(limiter.secondsToWait('192.0.2.1')).toBe(60);
    expect(limiter.secondsToWait('192.0.2.2')).toBe(0);
  });

  it('lets it try again when the minute is over, and counts anew', () => {
    fail('192.0.2.1', 3);
    clock.advance(60_000);
    expect(limiter.secondsToWait('192.0.2.1')).toBe(0);
    fail('192.0.2.1', 2);
    expect(limiter.secondsToWait('192.0.2.1')).toBe(0);
  });

  it('takes the neighbours of an IPv6 address for the same client', () => {
    fail('2001:db8:1:2::1', 2);
    fail('2001:db8:1:2:ffff::2', 1);
    expect(limiter.secondsToWait('2001:db8:1:2:3::4')).toBe(60);
    expect(limiter.secondsToWait('2001:db8:1:3::1')).toBe(0);
  });

  it('counts for those together whose address is not known', () => {
    fail(undefined, 3);
    expect(limiter.secondsToWait(undefined)).toBe(60);
  });

  it('remembers so many addresses and no more', () => {
    fail('192.0.2.1', 3);
    fail('192.0.2.2', 3);
    fail('192.0.2.3', 1);
    expect(limiter.secondsToWait('192.0.2.1')).toBe(0);
    expect(limiter.secondsToWait('192.0.2.2')).toBe(60);
  });
});
