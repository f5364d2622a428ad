import { personOf } from './person';

const MAP = new Map([
  ['sre', 'admin'],
  ['support', 'viewer'],
  ['shift', 'operator'],
] as const);
const claims = (rest: Record<string, unknown>) => ({ iss: 'https://login.example.com', sub: '42', ...rest });

describe(personOf.name, () => {
  it.each([
    [['support', 'shift'], 'operator'],
    [['shift', 'sre', 'other'], 'admin'],
    ['support', 'viewer'],
    [['other', 7, null], undefined],
    [[], undefined],
    [undefined, undefined],
  ])('groups %j: %s', (groups, scope) => {
    expect(personOf(claims({ groups }), 'groups', MAP)?.scope).toBe(scope);
  });

  it.each([
    [{ email: 'ada@example.com', email_verified: true }, 'ada@example.com'],
    [{ email: 'ada@example.com' }, '42 of login.example.com'],
    [{ preferred_username: 'admin-token' }, 'admin-token of login.example.com'],
    [{ preferred_username: 'a\n<b>' }, 'a__b_ of login.example.com'],
  ])('%j is %s', (rest, name) => {
    expect(personOf(claims({ groups: 'sre', ...rest }), 'groups', MAP)?.name).toBe(name);
  });
});
