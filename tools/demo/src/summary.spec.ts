import { countBy, percentile } from './summary';

describe(percentile.name, () => {
  it.each([
    [[], 0.5, 0],
    [[7], 0.99, 7],
    [[3, 1, 2], 0.5, 2],
    [Array.from({ length: 100 }, (_, index) => index + 1), 0.99, 99],
  ])('of %j at %d is %d', (values, share, expected) => {
    expect(percentile(values, share)).toBe(expected);
  });
});

describe(countBy.name, () => {
  it('counts in the order of the values', () => {
    expect(Object.entries(countBy(['b', 'a', 'b']))).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
  });
});
