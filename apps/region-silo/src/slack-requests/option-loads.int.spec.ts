import { startDomain } from '../testing/domain-kit';
import type { DomainKit } from '../testing/domain-kit';
import { linkPeople, search } from '../testing/slack-clicks';
import { matchesSearch } from './search-text';

interface Groups {
  readonly option_groups: readonly {
    readonly label: { readonly text: string };
    readonly options: readonly { readonly text: { readonly text: string }; readonly value: string }[];
  }[];
}

let kit: DomainKit;
beforeEach(async () => {
  kit = await startDomain();
  await linkPeople(kit);
});
afterEach(() => kit.close());

async function found(value: string, options = {}): Promise<Readonly<Record<string, readonly string[]>>> {
  const { text } = await search(kit, value, options);
  const groups = (JSON.parse(text) as Groups).option_groups;
  return Object.fromEntries(groups.map(({ label, options: each }) => [label.text, each.map(({ value: id }) => id)]));
}

/** Members of team core, which has project bar. */
async function members(
  people: Readonly<Record<number, { name?: string; email: string; username?: string }>>,
): Promise<void> {
  for (const [id, person] of Object.entries(people))
    await kit.call('PUT', `organizations/1/members/${id}`, { role: 'member', ...person });
  const ids = [7, ...Object.keys(people).map(Number)];
  await kit.call('PUT', 'teams/5', {
    organizationId: 1,
    slug: 'core',
    name: 'Core',
    members: ids.map((userId) => ({ userId })),
  });
}

// The ids are those of slack.md §8.6.
describe('the search for somebody to assign', () => {
  it('S102: teams by name and slug, people by name and address; only those of the project, in order', async () => {
    const teams = {
      11: ['aaaa', 'aaaa'],
      12: ['aaab', 'eeee'],
      13: ['xyz', 'aaac'],
      14: ['zzaaazz', 'zzaaazz'],
      15: ['aaad', 'aaad'],
    };
    for (const [id, [name, slug]] of Object.entries(teams))
      await kit.call('PUT', `teams/${id}`, { organizationId: 1, slug, name, members: [] });
    await kit.call('PUT', 'projects/3', { organizationId: 1, slug: 'bar', name: 'Bar', teamIds: [5, 11, 12, 13, 14] });
    await members({
      21: { name: 'Alice', email: 'aaa@example.com' },
      22: { name: 'AaA', email: 'blah@example.com' },
      23: { name: 'aaa', email: 'bbb@example.com' },
      24: { name: 'Baaa', email: 'baaa@example.com' },
    });
    await kit.call('PUT', 'organizations/1/members/25', {
      name: 'aaa outside',
      email: 'o@example.com',
      role: 'member',
    });
    expect(await found('aaa')).toEqual({
      Teams: ['team:11', 'team:13', 'team:12'],
      People: ['user:22', 'user:23', 'user:21'],
    });
  });

  it('S103, S104: what means something to a computer means nothing here', async () => {
    await members({ 21: { email: 'a.b@example.com' }, 22: { name: 'Al[an', email: 'x@example.com' } });
    expect(await found('a.b')).toEqual({ People: ['user:21'] });
    expect(await found('Al[')).toEqual({ People: ['user:22'] });
    expect(await found('Al[x')).toEqual({});
  });

  it('nothing typed finds all, up to a hundred, each text short enough', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 120 }, (_, index) => [
        1_000 + index,
        { name: `P${index} ${'x'.repeat(100)}`, email: `p${index}@example.com` },
      ]),
    );
    await members(many);
    const { text } = await search(kit, '');
    const groups = (JSON.parse(text) as Groups).option_groups;
    const all = groups.flatMap(({ options }) => options);
    expect(all).toHaveLength(100);
    expect(Math.max(...all.map((option) => option.text.text.length))).toBeLessThanOrEqual(75);
  });

  it('S105: an issue that nobody knows: 400, empty, logged; a message that is about none: 400', async () => {
    expect(await search(kit, 'a', { issue: '999' })).toMatchObject({ status: 400, text: '' });
    expect(kit.region.logs).toContainEqual(
      expect.objectContaining({ event: 'slack_options.unknown_issue', issue: '999' }),
    );
    expect((await search(kit, 'a', { more: { message: { blocks: [{ block_id: 'abcde' }] } } })).status).toBe(400);
  });

  it('S108: nobody for those who are not linked or no members, nor for an issue of an organization without the workspace', async () => {
    expect(await found('')).not.toEqual({});
    expect(await found('', { user: 'U9' })).toEqual({});
    await kit.call('DELETE', 'organizations/1/members/8');
    expect(await found('', { user: 'U2' })).toEqual({});
    await kit.call('PUT', 'organizations/2', { slug: 'globex', name: 'Globex' });
    await kit.call('PUT', 'projects/4', { organizationId: 2, slug: 'baz', name: 'Baz' });
    await kit.call('PUT', 'issues/43', { projectId: 4, title: 'Theirs' });
    expect(await found('', { issue: '43' })).toEqual({});
    expect(await found('', { integration: '17' })).toEqual({});
  });

  it('a list that takes too long is an empty one', async () => {
    const client = await kit.region.pool.connect();
    try {
      await client.query('BEGIN; LOCK TABLE project_team IN ACCESS EXCLUSIVE MODE');
      expect(await found('')).toEqual({});
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
    expect(kit.region.logs).toContainEqual(expect.objectContaining({ event: 'slack_options.too_late' }));
    expect(await found('')).not.toEqual({});
  });
});

describe(matchesSearch.name, () => {
  it.each([
    ['Zoë Müller', 'zoe', true],
    ['Zoë Müller', 'mül', true],
    ['Zoë Müller', 'ller', false],
    ['', '', true],
  ])('%s, %s: %s', (value, typed, expected) => {
    expect(matchesSearch([value], typed)).toBe(expected);
  });
});
