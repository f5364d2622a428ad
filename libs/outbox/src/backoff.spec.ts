import { backoffMs } from './backoff';

describe(backoffMs.name, () => {
  it('D23: follows the table of spec §5.7 to the hundredth of a minute', () => {
    const minutes = Array.from({ length: 10 }, (_, index) => backoffMs(index + 1, 180_000) / 60_000);
    expect(minutes.map((value) => Math.round(value * 100) / 100)).toEqual([
      4.2, 5.88, 8.23, 11.52, 16.13, 22.59, 31.62, 44.27, 60, 60,
    ]);
  });
});
