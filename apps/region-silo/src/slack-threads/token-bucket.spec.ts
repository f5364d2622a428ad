import { TokenBuckets } from './token-bucket';

describe('TokenBuckets', () => {
  it('a burst of three, then one a second; other keys have their own', () => {
    const buckets = new TokenBuckets(60);
    for (let count = 0; count < 3; count += 1) {
      expect(buckets.waitMs('a', 0)).toBe(0);
      buckets.take('a', 0);
    }
    expect([buckets.waitMs('a', 0), buckets.waitMs('b', 0)]).toEqual([1_000, 0]);
    expect(buckets.waitMs('a', 400)).toBe(600);
    expect(buckets.waitMs('a', 1_000)).toBe(0);
  });

  it('forgets what is full again', () => {
    const buckets = new TokenBuckets(60);
    buckets.take('a', 0);
    buckets.tidy(10_000);
    expect(buckets.waitMs('a', 10_000)).toBe(0);
  });
});
