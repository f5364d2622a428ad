import { issueMessage } from './issue-message';
import type { IssueMessageData } from './issue-message';
import { readRouting } from './routing';

const ISSUE: IssueMessageData = {
  routing: { issue: '42', rule: '3', org: '1' },
  url: 'https://app.example.com/organizations/acme/issues/42/',
  title: 'TypeError: x is undefined',
  kind: 'error',
  level: 'error',
  status: 'unresolved',
  culprit: 'app/main',
  text: 'x is undefined',
  state: 'New',
  firstSeen: new Date(1_700_000_000_000),
  hasReleases: true,
  project: { slug: 'bar' },
  shortId: 'BAR-1',
};

const textOf = (data: Partial<IssueMessageData>): string => JSON.stringify(issueMessage({ ...ISSUE, ...data }).blocks);
const buttonsOf = (data: Partial<IssueMessageData>) =>
  issueMessage({ ...ISSUE, ...data }).blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []));

describe('issueMessage', () => {
  it('the first block finds the way back; the fallback names the project', () => {
    const { blocks, text } = issueMessage(ISSUE);
    const [first] = blocks;
    expect(readRouting(first?.type === 'section' ? first.block_id : undefined)).toEqual(ISSUE.routing);
    expect(text).toBe('[bar] TypeError: x is undefined');
    expect(textOf({})).toContain(':red_circle: <https://app.example.com/organizations/acme/issues/42/|*TypeError');
  });

  it('after an action the circle is white and the buttons offer the next step', () => {
    const done = { status: 'resolved', actions: [{ kind: 'resolved', slackUserId: 'U1' }] } as const;
    expect(textOf(done)).toContain(':white_circle:');
    expect(textOf(done)).toContain('*Issue resolved by <@U1>*');
    expect(buttonsOf(done)[0]).toMatchObject({ action_id: 'unresolved:ongoing', text: { text: 'Unresolve' } });
  });

  it('Resolve of a project without releases resolves at once', () => {
    expect(buttonsOf({ hasReleases: false })[0]).toMatchObject({ action_id: 'resolved', value: 'resolved' });
    expect(buttonsOf({})[0]).toMatchObject({ action_id: 'resolve_dialog' });
  });

  it('an archived issue can be marked as ongoing; feedback is not archived', () => {
    expect(buttonsOf({ status: 'archived' })[1]).toMatchObject({ text: { text: 'Mark as Ongoing' } });
    expect(buttonsOf({ kind: 'feedback' })).toHaveLength(2);
  });

  it('S96 an assignee is mentioned when linked here, else named', () => {
    const assigned = (slackUserId?: string) =>
      textOf({
        actions: [
          {
            kind: 'assigned',
            slackUserId: 'U1',
            assignee: { kind: 'user', id: '9', name: 'Bob', ...(slackUserId ? { slackUserId } : {}) },
          },
        ],
      });
    expect(assigned('U2')).toContain('*Issue assigned to <@U2> by <@U1>*');
    expect(assigned()).toContain('*Issue assigned to Bob by <@U1>*');
  });

  it('S39 no value notifies anybody or plants a link', () => {
    const evil = '<!channel> <https://evil.example|x> `*|';
    const text = textOf({
      title: evil,
      culprit: evil,
      text: `${evil} \`\`\`\` out`,
      notes: evil,
      shortId: evil,
      state: evil,
      project: { slug: evil },
      tags: [{ title: evil, value: evil }],
      alert: { name: evil, url: 'javascript:alert(1)' },
    });
    expect(text).not.toContain('<!channel>');
    expect(text).not.toContain('<https://evil');
    expect(text).not.toContain('javascript:');
    expect(text).not.toContain('````');
  });

  it('counts are shown once there is more than one event of an issue that is not new', () => {
    expect(textOf({ events: 9, users: 2 })).not.toContain('Events:');
    expect(textOf({ state: 'Ongoing', events: 1 })).not.toContain('Events:');
    expect(textOf({ state: 'Ongoing', events: 9, users: 2 })).toContain('Events: *9*   Users: *2*');
  });

  it('S151 stays within the limits, whatever the data', () => {
    const long = '&<>'.repeat(5_000);
    const { blocks, text } = issueMessage({
      ...ISSUE,
      title: long,
      culprit: long,
      text: long,
      kind: 'feedback',
      notes: long,
      shortId: long,
      project: { slug: long },
      tags: Array.from({ length: 50 }, () => ({ title: long, value: long })),
      assignee: { kind: 'user', id: '1', name: long },
    });
    expect(blocks.length).toBeLessThanOrEqual(50);
    expect(text.length).toBeLessThan(3_000);
    for (const block of blocks) {
      const texts = block.type === 'section' ? [block.text] : block.type === 'context' ? block.elements : [];
      for (const { text: shown } of texts) expect(shown.length).toBeLessThanOrEqual(3_000);
    }
    expect(buttonsOf({ assignee: { kind: 'user', id: '1', name: long } })[2]).toHaveProperty(
      'initial_option.text.text.length',
      75,
    );
  });
});
