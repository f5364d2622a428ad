import type { ActivityType } from '../activities/activity-type';
import { shortVersion, threadText } from './thread-text';
import type { ThreadFacts } from './thread-text';

const say = (type: ActivityType, data: object = {}, changes: Partial<ThreadFacts> = {}) =>
  threadText({
    type,
    data: data as ThreadFacts['data'],
    author: 'Ada',
    authorId: '7',
    shortId: 'BAR-1',
    teamSlug: undefined,
    assignee: undefined,
    productName: 'Switchyard',
    ...changes,
  });
const ticket = { provider: 'Github', label: 'o/r#7', location: 'https://x/7' };

// The ids are those of the spec: slack.md §8.1.
describe('threadText', () => {
  it.each<[string, string | undefined, string]>([
    ['S14', say('set_ignored', {}, { author: 'admin@localhost' }), 'admin@localhost archived BAR-1'],
    ['S15', say('assigned', { assignee: '7' }), 'Ada assigned this issue to themselves'],
    [
      'S17',
      say('assigned', { assignee: '9', assigneeEmail: 'g@example.com' }),
      'Ada assigned this issue to g@example.com',
    ],
    ['S17 without e-mail', say('assigned', { assignee: '9' }), 'Ada assigned this issue to an unknown user'],
    [
      'S18',
      say('assigned', { assignee: '5', assigneeType: 'team' }, { teamSlug: 'core' }),
      'Ada assigned this issue to the core team',
    ],
    [
      'S18 deleted',
      say('assigned', { assignee: '5', assigneeType: 'team' }),
      'Ada assigned this issue to an unknown team',
    ],
    ['S19', say('set_resolved_in_release', { version: 'web@1.0.0' }), 'Ada marked BAR-1 as resolved in 1.0.0'],
    [
      'S19 empty',
      say('set_resolved_in_release', { version: '' }),
      'Ada marked BAR-1 as resolved in an upcoming release',
    ],
    ['S20', say('set_regression', { version: '2.0' }), 'Ada marked BAR-1 as a regression in 2.0'],
    ['S23', say('create_issue', ticket), 'Ada created <https://x/7|a GitHub issue o/r#7>'],
    [
      'S24',
      say('create_issue', { ...ticket, provider: '' }),
      'Ada created <https://x/7|an external provider issue o/r#7>',
    ],
    ['S25 no label', say('create_issue', { ...ticket, label: undefined }), 'Ada created <https://x/7|a GitHub issue>'],
    ['S25 no location', say('create_issue', { ...ticket, location: undefined }), 'Ada created a GitHub issue o/r#7'],
    ['S25 linked', say('create_issue', { ...ticket, new: false }), 'Ada linked <https://x/7|a GitHub issue o/r#7>'],
    [
      'S26',
      say('create_issue', { provider: 'Asana', label: 'Asana Issue', location: 'https://app.asana.com/0/1/99/' }),
      'Ada created <https://app.asana.com/0/1/99/|a Asana issue 99>',
    ],
    ['S27', say('create_issue', { ...ticket, provider: 'GitLab' }), 'Ada created <https://x/7|a GitLab issue o/r#7>'],
    [
      'S39',
      say('set_unresolved', {}, { author: '<!channel> & <b>' }),
      '&lt;!channel&gt; &amp; &lt;b&gt; unresolved BAR-1',
    ],
    ['a pull request', say('set_resolved_in_pull_request'), 'Ada made a pull request that will resolve BAR-1'],
    ['a count', say('set_ignored', { ignoreCount: 100 }), 'Ada archived BAR-1 until it happens 100 more times'],
    [
      'nobody',
      say('set_resolved', {}, { author: undefined, shortId: undefined }),
      'Switchyard marked an issue as resolved',
    ],
    ['a comment', say('note', { text: 'look <here>\nand there' }), 'Ada commented:\n> look &lt;here&gt;\n> and there'],
  ])('%s', (_id, text, expected) => {
    expect(text).toBe(expected);
  });

  it('S21 escalating: how often, or that the condition has expired; no author', () => {
    expect(say('set_escalating', { forecast: 1 })).toContain('over 1 event ');
    expect(say('set_escalating', { forecast: 100 })).toContain('over 100 events ');
    expect(say('set_escalating', { forecast: 0, expired_snooze: {} })).toContain('has expired');
    for (const text of [say('set_escalating', { forecast: 1 }), say('set_escalating')])
      expect(text).not.toContain('Ada');
  });

  it('S151 a name of 5,000 characters: short enough, and no entity is cut in two', () => {
    for (const author of ['x'.repeat(5_000), '<'.repeat(5_000), '🎉'.repeat(5_000)]) {
      const text = say('set_resolved', {}, { author }) ?? '';
      expect(text.length).toBeLessThan(3_000);
      expect(text.replaceAll('&lt;', '')).not.toContain('&');
      expect(text).toMatch(/BAR-1 as resolved$/);
    }
    const long = say('note', { text: '&'.repeat(9_000) }) ?? '';
    expect(long.length).toBeLessThanOrEqual(3_000);
    expect(long.replaceAll('&amp;', '')).not.toContain('&');
  });

  it('links are http only, and nothing in them ends them', () => {
    expect(say('create_issue', { ...ticket, location: 'javascript:alert(1)' })).toBe(
      'Ada created a GitHub issue o/r#7',
    );
    expect(say('create_issue', { ...ticket, location: 'https://x/a|b>c' })).toBe(
      'Ada created <https://x/a%7Cb%3Ec|a GitHub issue o/r#7>',
    );
  });

  it.each(['deploy', 'merge', 'first_seen', 'set_public', 'mark_reviewed'] as const)('%s says nothing', (type) => {
    expect(say(type)).toBeUndefined();
  });
});

describe('shortVersion', () => {
  it.each([
    ['package@1.2.3', '1.2.3'],
    ['package@1.2.3+45', '1.2.3 (45)'],
    ['0123456789abcdef0123456789abcdef01234567', '0123456789ab'],
    ['anything', 'anything'],
  ])('%s is %s', (release, expected) => {
    expect(shortVersion(release)).toBe(expected);
  });
});
