import { valuesClause } from './values-clause';

describe('valuesClause', () => {
  it.each([
    [1, 1, '($1)'],
    [1, 3, '($1,$2,$3)'],
    [3, 2, '($1,$2),($3,$4),($5,$6)'],
  ])('%d rows of %d columns', (rows, columns, clause) => {
    expect(valuesClause(rows, columns)).toBe(clause);
    expect(valuesClause(rows, columns)).toBe(clause);
  });

  it.each([
    [0, 1],
    [1, 0],
    [8192, 8],
  ])('refuses %d rows of %d columns', (rows, columns) => {
    expect(() => valuesClause(rows, columns)).toThrow(
      expect.objectContaining({ code: 'SWY_DATABASE_TOO_MANY_PARAMETERS' }),
    );
  });

  it('goes up to what the protocol can carry', () => {
    expect(valuesClause(8191, 8)).toMatch(/\$65528\)$/);
  });
});
