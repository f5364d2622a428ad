import { texts } from './texts';

const wording = { product: 'Switchyard', slackCommand: '/gate' };
const URL = 'https://app.example.com/x?a=1&b=2';
const LINK = 'https://app.example.com/x?a=1&amp;b=2';

describe('texts', () => {
  it.each([
    ['M1', texts.notLinked(wording, URL), `<${LINK}|Link it> and try again.`],
    ['M2', texts.notAMember('b@x.org', 'Acme', URL), 'linked to *b@x.org*, which is not a member of *Acme*.'],
    ['M3', texts.notDone(wording), 'Switchyard could not do that right now. Nothing was changed.'],
    ['M4', texts.linkFirst(wording), '`/gate link`'],
    ['M5', texts.requestGone('b@x.org'), 'The request for b@x.org is no longer open.'],
    ['M12', texts.alreadyLinked('b@x.org'), '`b@x.org`'],
    ['M14', texts.link(URL), `<${LINK}|Link your Slack account>`],
    ['M16', texts.unlink(wording, URL), '`/gate link`'],
    ['M17', texts.linkBeforeTeams(wording), 'Link yourself first with `/gate link`.'],
    ['M20', texts.chooseTeam(URL), `<${LINK}|Choose a team>`],
    ['M22', texts.unlinkTeam(URL), `<${LINK}|Unlink the team>`],
  ])('%s says what it must', (_id, text, part) => {
    expect(text).toContain(part);
  });

  it('M8 names the kind and the decision', () => {
    const decision = { request: 'invite', email: 'b@x.org', decision: 'rejected', membersUrl: URL } as const;
    expect(texts.decided(decision)).toBe(`Invite request for b@x.org rejected. <${LINK}|Members>`);
    expect(texts.decided({ ...decision, request: 'join' })).toContain('Join request');
  });

  it('a value mentions nobody, closes no markup and is cut', () => {
    const text = texts.notAMember('<!channel>', '*A* `b`', URL);
    expect(text).toContain('*&lt;!channel&gt;*');
    expect(text).toContain('*A b*');
    expect(texts.requestGone('x'.repeat(5_000)).length).toBeLessThan(400);
  });
});
