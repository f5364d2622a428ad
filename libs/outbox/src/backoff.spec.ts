import { backoffMs } from './backoff';

const middle = { next: () => 0.5 };

describe(backoffMs.name, () => {
  it('D23: follows the table of spec §5.7 to the hundredth of a minute', () => {
    const minutes = Array.from({ length: 10 }, (_, index) => backoffMs(index + 1, 180_000, middle) / 60_000);
    expect(minutes.map((value) => Math.round(value * 100) / 100)).toEqual([
      4.2, 5.88, 8.23, 11.52, 16.13, 22.59, 31.62, 44.27, 60, 60,
    ]);
  });

  it('is up to a tenth shorter or longer, so that mailboxes that failed together come back one by one', () => {
    expect(backoffMs(1, 1_000, { next: () => 0 })).toBe(1_260);
    expect(backoffMs(1, 1_000, { next: () => 0.999_999 })).toBe(1_540);
  });
});
