import type { Issue } from './issue';
import { shortIdOf } from './issue';
import { judgeChange } from './issue-change';
import type { IssueChange } from './issue-change';

const NOW = Date.UTC(2026, 10, 20);
const DAY_MS = 86_400_000;

const issue = (changes: Partial<Issue> = {}): Issue => ({
  id: '42',
  projectId: '3',
  projectSlug: 'bar',
  organizationId: '1',
  shortNumber: '1',
  title: 'Boom',
  culprit: '',
  level: 'error',
  category: 'error',
  status: 'unresolved',
  substatus: 'new',
  priority: 'medium',
  assigneeUserId: null,
  assigneeTeamId: null,
  details: {},
  firstSeen: new Date(NOW - DAY_MS),
  timesSeen: '1',
  latestRelease: 'web@1.0.0',
  ...changes,
});
const judge = (change: IssueChange, changes: Partial<Issue> = {}, more = {}) =>
  judgeChange(issue(changes), change, { nowMs: NOW, ...more });

describe('judgeChange', () => {
  it.each<[string, IssueChange, object, object]>([
    [
      '84 now',
      { kind: 'resolve', how: 'now' },
      { status: 'resolved', details: {} },
      { type: 'set_resolved', data: {} },
    ],
    [
      '85 in the next release',
      { kind: 'resolve', how: 'next_release' },
      { details: { inNextRelease: true } },
      { type: 'set_resolved_in_release', data: { version: '' } },
    ],
    [
      '85 in the current release',
      { kind: 'resolve', how: 'current_release' },
      { details: { inRelease: 'web@1.0.0' } },
      { type: 'set_resolved_in_release', data: { version: 'web@1.0.0' } },
    ],
    ['in a commit', { kind: 'resolve', how: 'commit' }, { status: 'resolved' }, { type: 'set_resolved_in_commit' }],
    [
      '87 until 100 events',
      { kind: 'archive', until: 'count', count: 100 },
      { status: 'ignored', substatus: 'archived_until_condition_met', details: { ignoreCount: 100 } },
      { type: 'set_ignored' },
    ],
    [
      'until it escalates',
      { kind: 'archive', until: 'escalating' },
      { substatus: 'archived_until_escalating' },
      { data: { until: 'escalating' } },
    ],
    ['a priority', { kind: 'prioritize', priority: 'high' }, { priority: 'high' }, { type: 'set_priority' }],
    ['a comment', { kind: 'comment', text: 'hm' }, {}, { type: 'note', data: { text: 'hm' } }],
  ])('%s', (_name, change, update, activity) => {
    expect(judge(change)).toMatchObject({ kind: 'change', update, activity });
  });

  it('a pull request only promises: the issue stays unresolved', () => {
    const verdict = judge({ kind: 'resolve', how: 'pull_request' });
    expect(verdict).toMatchObject({ kind: 'change', activity: { type: 'set_resolved_in_pull_request' } });
    expect(verdict.kind === 'change' && verdict.update.status).toBe(undefined);
  });

  it('86 without a release nothing is resolved in one', () => {
    expect(judge({ kind: 'resolve', how: 'next_release' }, { latestRelease: null })).toMatchObject({ kind: 'refused' });
  });

  it.each<[IssueChange, Partial<Issue>]>([
    [{ kind: 'resolve', how: 'now' }, { status: 'resolved' }],
    [{ kind: 'unresolve' }, {}],
    [
      { kind: 'archive', until: 'forever' },
      { status: 'ignored', substatus: 'archived_forever' },
    ],
    [{ kind: 'unassign' }, {}],
    [{ kind: 'prioritize', priority: 'medium' }, {}],
    [{ kind: 'regress' }, {}],
    [{ kind: 'escalate' }, {}],
  ])('what is so already is no change: %j', (change, changes) => {
    expect(judge(change, changes)).toEqual({ kind: 'unchanged' });
  });

  it.each([0, -1, 1.5, 1_000_001, Number.NaN])('archiving until %p events is refused', (count) => {
    expect(judge({ kind: 'archive', until: 'count', count })).toMatchObject({ kind: 'refused' });
  });

  it('unresolving: ongoing, or new when it was archived and is younger than a week', () => {
    const substatusOf = (changes: Partial<Issue>) => {
      const verdict = judge({ kind: 'unresolve' }, changes);
      return verdict.kind === 'change' ? verdict.update.substatus : verdict.kind;
    };
    expect(substatusOf({ status: 'ignored' })).toBe('new');
    expect(substatusOf({ status: 'ignored', firstSeen: new Date(NOW - 8 * DAY_MS) })).toBe('ongoing');
    expect(substatusOf({ status: 'resolved' })).toBe('ongoing');
  });

  it('95 assigning: who is eligible, with what it came through; others are refused in words', () => {
    const eligible = { assignee: { isEligible: true, email: 'ada@example.com' }, via: 'slack' };
    expect(judge({ kind: 'assign', userId: '7' }, {}, eligible)).toMatchObject({
      update: { assigneeUserId: '7', assigneeTeamId: null },
      activity: {
        type: 'assigned',
        data: { assignee: '7', assigneeType: 'user', assigneeEmail: 'ada@example.com', integration: 'slack' },
      },
    });
    expect(judge({ kind: 'assign', userId: '7' }, { assigneeUserId: '7' }, eligible)).toEqual({ kind: 'unchanged' });
    expect(judge({ kind: 'assign', teamId: '5' })).toEqual({
      kind: 'refused',
      because: 'That team does not have this project.',
    });
  });
});

describe('shortIdOf', () => {
  it.each([
    ['1', 'BAR-1'],
    ['31', 'BAR-Z'],
    ['32', 'BAR-10'],
    [null, undefined],
  ])('%s is %s', (shortNumber, expected) => {
    expect(shortIdOf({ projectSlug: 'bar', shortNumber })).toBe(expected);
  });
});
