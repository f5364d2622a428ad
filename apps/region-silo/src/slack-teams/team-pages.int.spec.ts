import { LinkTokens } from '@switchyard/slack';
import type { LinkFacts } from '@switchyard/slack';
import { SigningKeys } from '@switchyard/silo';
import { startDomain } from '../testing/domain-kit';
import type { DomainKit } from '../testing/domain-kit';
import { SILO_KEYS } from '../testing/region-kit';
import type { KitAnswer } from '../testing/region-kit';
import { linkPeople } from '../testing/slack-clicks';
import { eventsSettled } from '../testing/slack-events';

let kit: DomainKit;
beforeEach(async () => {
  kit = await startDomain({ SWITCHYARD_SLACK_THREAD_IDLE_MS: '10' });
  await linkPeople(kit);
});
afterEach(() => kit.close());

type Purpose = 'link_team' | 'unlink_team';
const tokenOf = (purpose: Purpose, facts: Partial<LinkFacts> = {}): string =>
  new LinkTokens(SigningKeys.parse(SILO_KEYS), kit.region.clock).issue(purpose, {
    ...{ integrationId: '1', teamId: 'T001', slackUserId: 'U1', channelId: 'C1', region: 'us' },
    ...(purpose === 'unlink_team' ? { organizationId: '1' } : {}),
    ...facts,
  });
const visit = (
  purpose: Purpose,
  token: string,
  more: { user?: string; method?: string; form?: object; site?: string } = {},
) => {
  const { user = '7', form, site = 'same-origin' } = more;
  return kit.region.deliver({
    method: more.method ?? (form === undefined ? 'GET' : 'POST'),
    path: `/extensions/slack/${purpose.replace('_', '-')}/${token}/${user === '' ? '' : `?user=${user}`}`,
    headers: {
      ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': site }),
    },
    ...(form === undefined ? {} : { body: new URLSearchParams({ ...form }).toString() }),
  });
};
const csrfOf = ({ text }: KitAnswer): string => /name="csrf" value="([^"]+)"/.exec(text)?.[1] ?? '';
/** Opens a page and sends its form. */
const submit = async (purpose: Purpose, token: string, fields: object = {}, more: object = {}): Promise<KitAnswer> => {
  const csrf = csrfOf(await visit(purpose, token));
  return visit(purpose, token, { form: { csrf, ...fields }, ...more });
};
const links = async () =>
  (await kit.region.pool.query('SELECT team_id::int AS team, channel_id AS channel FROM slack_channel_team')).rows;
const told = async () => {
  await eventsSettled(kit);
  return kit.slack.messages.map(({ channel, text }) => `${channel} ${text}`);
};

describe('the page that links a team', () => {
  it('S129: the form, then the team is linked and the channel told', async () => {
    const token = tokenOf('link_team');
    const form = await visit('link_team', token);
    expect(form).toMatchObject({
      status: 200,
      headers: {
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'content-security-policy': expect.stringContaining("default-src 'none'") as unknown,
      },
    });
    expect(form.text).toContain('<option value="5">#core (Acme)</option>');
    for (const shown of ['T001', 'C1', 'U1', 'ada@example.com']) expect(form.text).toContain(shown);
    expect((await submit('link_team', token, { team: '5' })).status).toBe(200);
    expect(await links()).toEqual([{ team: 5, channel: 'C1' }]);
    expect(await told()).toEqual(['C1 Issue alerts of team #core go to this channel.']);
  });

  it('S129: a team that was linked before: the channel is told so, nothing changes', async () => {
    await submit('link_team', tokenOf('link_team'), { team: '5' });
    const again = await submit('link_team', tokenOf('link_team', { channelId: 'C2' }), { team: '5' });
    expect(again.status).toBe(200);
    expect(await links()).toEqual([{ team: 5, channel: 'C1' }]);
    expect((await told())[1]).toMatch(/^C2 .*already linked/);
  });

  it.each([
    ['garbage', { team: 'x' }, 400],
    ['nothing', {}, 400],
    ['a team that is not among them', { team: '6' }, 404],
    ['another form', { team: '5', csrf: 'x' }, 400],
  ])('S129: %s in the form changes nothing', async (_name, fields, status) => {
    expect((await submit('link_team', tokenOf('link_team'), fields)).status).toBe(status);
    expect([await links(), await told()]).toEqual([[], []]);
  });

  it('S129: somebody with no team to choose: 404; a team admin sees the own team alone', async () => {
    await kit.call('PUT', 'teams/6', { organizationId: 1, slug: 'other', name: 'Other', members: [{ userId: 8 }] });
    const token = tokenOf('link_team', { slackUserId: 'U2' });
    expect((await visit('link_team', token, { user: '8' })).status).toBe(404);
    await kit.call('PUT', 'teams/6', {
      organizationId: 1,
      slug: 'other',
      name: 'Other',
      members: [{ userId: 8, isAdmin: true }],
    });
    const { text } = await visit('link_team', token, { user: '8' });
    expect([text.includes('#other'), text.includes('#core')]).toEqual([true, false]);
  });

  it('S126: a link that is old, altered or for something else: 410, nothing changed', async () => {
    const token = tokenOf('link_team');
    const csrf = csrfOf(await visit('link_team', token));
    const altered = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
    const post = { form: { csrf, team: '5' } };
    expect((await visit('link_team', altered, post)).status).toBe(410);
    expect((await visit('unlink_team', token, post)).status).toBe(410);
    kit.region.clock.advance(3_601_000);
    expect((await visit('link_team', token, post)).status).toBe(410);
    expect(await links()).toEqual([]);
  });

  it('S127: the same link posted twice: the second time it has expired', async () => {
    const token = tokenOf('link_team');
    const csrf = csrfOf(await visit('link_team', token));
    const answers = await Promise.all([1, 2].map(() => visit('link_team', token, { form: { csrf, team: '5' } })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 410]);
    expect((await visit('link_team', token)).status).toBe(410);
    expect(await told()).toHaveLength(1);
  });

  it.each([
    ['nobody is signed in', { user: '' }, 403],
    ['somebody else is', { user: '8' }, 403],
    ['another site sends the form', { site: 'cross-site' }, 400],
    ['another method', { method: 'PUT' }, 405],
  ])('when %s, nothing is done', async (_name, more, status) => {
    const answer = await submit('link_team', tokenOf('link_team'), { team: '5' }, more);
    expect([answer.status, await links()]).toEqual([status, []]);
  });

  it('what people named cannot become a part of the page', async () => {
    await kit.region.pool.query(`UPDATE organization SET name = '<script>"x"</script>' WHERE id = 1`);
    const { text } = await visit('link_team', tokenOf('link_team'));
    expect(text).not.toContain('<script>');
    expect(text).toContain('&lt;script&gt;&quot;x&quot;');
  });

  it('without the signature of the gateway there is no page', async () => {
    const path = `/extensions/slack/link-team/${tokenOf('link_team')}/`;
    expect((await kit.region.send({ method: 'GET', path: `${path}?user=7` })).status).toBe(401);
  });
});

describe('the page that unlinks a team', () => {
  it('S129: takes all teams of the organization out of the channel, and the channel is told', async () => {
    await submit('link_team', tokenOf('link_team'), { team: '5' });
    expect((await submit('unlink_team', tokenOf('unlink_team'))).status).toBe(200);
    expect(await links()).toEqual([]);
    expect((await told()).at(-1)).toBe('C1 No team is linked to this channel any more.');
    expect((await visit('unlink_team', tokenOf('unlink_team'))).status).toBe(404);
  });

  it('S128: opened by another user: 403; by somebody whose role is too low: 403; nothing deleted', async () => {
    await submit('link_team', tokenOf('link_team'), { team: '5' });
    expect((await visit('unlink_team', tokenOf('unlink_team'), { user: '8' })).status).toBe(403);
    expect((await visit('unlink_team', tokenOf('unlink_team', { slackUserId: 'U2' }), { user: '8' })).status).toBe(403);
    expect(await links()).toHaveLength(1);
  });
});
