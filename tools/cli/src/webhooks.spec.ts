import { selectionOf } from './commands/webhooks';
import { table } from './table';

const NOW = Date.UTC(2026, 10, 21, 12);

describe(selectionOf.name, () => {
  it('names conditions as the admin API does, and knows times ago', () => {
    expect(
      selectionOf({ region: 'us', integration: '7', since: '2h', until: '2026-11-21T11:00:00Z', limit: '5' }, NOW),
    ).toEqual({
      region: 'us',
      integrationId: '7',
      since: '2026-11-21T10:00:00.000Z',
      until: '2026-11-21T11:00:00Z',
    });
  });

  it('passes on what it does not understand: the API says what is wrong with it', () => {
    expect(selectionOf({ since: 'yesterday' }, NOW)).toEqual({ since: 'yesterday' });
  });
});

describe(table.name, () => {
  it('aligns columns', () => {
    expect(
      table(
        ['a', 'long'],
        [
          ['xyz', null],
          [1, { b: 2 }],
        ],
        'none',
      ),
    ).toBe('a    long\nxyz  -\n1    {"b":2}');
    expect(table(['a'], [], 'none')).toBe('none');
  });
});
