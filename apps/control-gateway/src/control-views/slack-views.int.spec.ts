import { createHmac } from 'node:crypto';
import { startHttpServer } from '@switchyard/http-client/testing';
import type { TestServer } from '@switchyard/http-client/testing';
import { LinkTokens } from '@switchyard/slack';
import { SlackStandIn } from '@switchyard/slack/testing';
import { startGateway } from '../testing/gateway-kit';
import type { GatewayKit, KitAnswer } from '../testing/gateway-kit';

const SECRET = 'slack-signing-secret-of-the-specs';

/** A region that answers as a test says. */
interface RegionStandIn {
  readonly server: TestServer;
  readonly asked: string[];
  answer: { status?: number; json?: object; isSilent?: boolean };
}

let gateway: GatewayKit;
let slack: SlackStandIn;
let us: RegionStandIn;
let de: RegionStandIn;

async function startRegion(): Promise<RegionStandIn> {
  const asked: string[] = [];
  const region: RegionStandIn = {
    asked,
    answer: {},
    server: await startHttpServer((request, response) => {
      request.resume().on('end', () => {
        if (!(request.url ?? '').startsWith('/extensions/')) return void response.writeHead(204).end();
        asked.push(request.url ?? '');
        const { status = 200, json, isSilent } = region.answer;
        if (isSilent !== true)
          response
            .writeHead(status, { 'content-type': 'application/json' })
            .end(json === undefined ? '' : JSON.stringify(json));
      });
    }),
  };
  return region;
}

beforeAll(async () => {
  slack = await SlackStandIn.start();
  us = await startRegion();
  de = await startRegion();
  gateway = await startGateway({
    SWITCHYARD_SLACK_SIGNING_SECRETS: SECRET,
    SWITCHYARD_SLACK_API_URL: slack.apiUrl,
    SWITCHYARD_CALLBACK_HOSTS: new URL(slack.apiUrl).origin,
    SWITCHYARD_PUBLIC_URL: 'https://hooks.example.com',
    SWITCHYARD_REGIONS: JSON.stringify([
      { name: 'us', address: us.server.origin, snowflakeId: 1 },
      { name: 'de', address: de.server.origin, snowflakeId: 2 },
    ]),
  });
  await gateway.admin('PUT', 'mappings/1', { slug: 'acme', name: 'Acme', region: 'us' });
  await gateway.admin('PUT', 'mappings/2', { slug: 'globex', name: 'Globex', region: 'de' });
  await gateway.admin('PUT', 'integrations/slack/T1', { name: 'Both', secrets: { accessToken: 'xoxb-1' } });
  for (const id of [1, 2]) await gateway.admin('PUT', `installations/slack/T1/${id}`, {});
  await gateway.admin('PUT', 'integrations/slack/T1/identities/U1', { userId: 7 });
}, 30_000);
afterAll(async () => {
  await gateway.close();
  await Promise.all([slack.stop(), us.server.close(), de.server.close()]);
});
beforeEach(() => {
  slack.responses.length = 0;
  slack.views.length = 0;
  for (const region of [us, de]) {
    region.answer = {};
    region.asked.length = 0;
  }
});

/** Slack never sends the same twice: each request has a number, so that none is a replay of another in the same second. */
let sent = 0;
function send(view: string, fields: Readonly<Record<string, string>>): Promise<KitAnswer> {
  const body = new URLSearchParams({ ...fields, sent: String((sent += 1)) }).toString();
  const timestamp = String(Math.floor(Date.now() / 1000));
  const mac = createHmac('sha256', SECRET).update(`v0:${timestamp}:${body}`).digest('hex');
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${mac}`,
  };
  return gateway.send(`/extensions/slack/${view}/`, { headers, body });
}
const command = (text: string, user = 'U1', more: Record<string, string> = {}) =>
  send('commands', { team_id: 'T1', user_id: user, channel_id: 'C1', command: '/switchyard', text, ...more });
const interaction = (view: string, payload: object) =>
  send(view, { payload: JSON.stringify({ team: { id: 'T1' }, user: { id: 'U1' }, ...payload }) });
const click = (value: string, more: object = {}) =>
  interaction('action', {
    type: 'block_actions',
    trigger_id: '1.2.3',
    response_url: slack.responseUrl('r1'),
    actions: [{ action_id: value, value, action_ts: '1700.1' }],
    ...more,
  });

async function until(isSo: () => boolean): Promise<void> {
  const endsAt = performance.now() + 5_000;
  while (!isSo()) {
    if (performance.now() > endsAt) throw new Error('not in time');
    await new Promise(setImmediate);
  }
}

describe('slash commands that need no region', () => {
  it.each([
    ['', 'What you can type'],
    ['Help', 'What you can type'],
    ['docs', 'documentation'],
    ['support', 'Questions?'],
    ['make  COFFEE', 'There is no command `make coffee`'],
    ['link foo', 'There is no command `link foo`'],
  ])('%j is answered by control', async (text, expected) => {
    const answer = await command(text);
    expect([answer.status, answer.json?.['response_type']]).toEqual([200, 'ephemeral']);
    expect(answer.text).toContain(expected);
    expect([us.asked, de.asked]).toEqual([[], []]);
  });

  it('S111, S113 link and unlink: M12 and M16 for somebody who is linked, M14 and M15 for the others; links are about the person', async () => {
    expect((await command('link')).text).toContain('You are already linked');
    expect((await command('unlink', 'U9')).text).toContain('Your Slack account is not linked.');
    const tokens = gateway.app.get(LinkTokens);
    const facts = { teamId: 'T1', channelId: 'C1' };
    const tokenIn = ({ text }: KitAnswer) => /link-identity\/([^/]+)\//.exec(text)?.[1] ?? '';
    expect(tokens.read('link_identity', tokenIn(await command('link', 'U9')))).toMatchObject({
      facts: { ...facts, slackUserId: 'U9' },
    });
    expect(tokens.read('unlink_identity', tokenIn(await command('unlink')))).toMatchObject({
      facts: { ...facts, slackUserId: 'U1' },
    });
  });
});

describe('buttons about the person alone', () => {
  it.each(['link', 'ignore'])('S98 %s closes the prompt through the response URL', async (value) => {
    expect((await click(value)).status).toBe(200);
    await until(() => slack.responses.length === 1);
    expect(slack.responses[0]?.body).toEqual({ delete_original: true });
    expect([us.asked, de.asked]).toEqual([[], []]);
  });

  it('S99 all_slack: remembered, M9; M4 for somebody who is not linked', async () => {
    expect((await click('all_slack')).status).toBe(200);
    await until(() => slack.responses.length === 1);
    await click('all_slack', { user: { id: 'U9' } });
    await until(() => slack.responses.length === 2);
    expect(slack.responses.map(({ body }) => body['text'])).toEqual([
      'Slack notifications are on.',
      'Link your Slack account first: `/switchyard link`.',
    ]);
    const { json } = await gateway.admin('GET', 'integrations/slack/T1/identities');
    expect(json).toMatchObject({ items: [{ slackUserId: 'U1', isNotified: true }] });
  });
});

describe('dialogs', () => {
  it('S83 one that opens says "Loading…" before a region is asked, under the id by which the region finds it', async () => {
    expect(await click('resolve_dialog')).toMatchObject({ status: 200, text: '' });
    await until(() => us.asked.length + de.asked.length === 2);
    expect(slack.views).toMatchObject([{ triggerId: '1.2.3', view: { external_id: 'T1:1700.1' } }]);
    expect(JSON.stringify(slack.views[0]?.view)).toContain('Loading');
  });

  it('where Slack says no, the regions are asked all the same', async () => {
    slack.viewError = 'expired_trigger_id';
    await click('archive_dialog', { trigger_id: '9.9.9' });
    await until(() => us.asked.length + de.asked.length === 2);
    expect(slack.views).toEqual([]);
  });

  it('a submission is closed at once; what a region says goes to the response URL of the click before', async () => {
    us.answer = { json: { text: 'The project has no release yet.' } };
    de.answer = { status: 403 };
    const metadata = JSON.stringify({ v: 1, issue: '42', orig_response_url: slack.responseUrl('original') });
    const view = { callback_id: 'issue.resolve.v1', private_metadata: metadata };
    expect(await interaction('action', { type: 'view_submission', view })).toMatchObject({ status: 200, text: '' });
    await until(() => slack.responses.length === 1);
    expect(slack.responses[0]).toEqual({
      name: 'original',
      body: { replace_original: false, response_type: 'ephemeral', text: 'The project has no release yet.' },
    });
  });
});

describe('searches for somebody to assign', () => {
  const search = () => interaction('options-load', { type: 'block_suggestion', value: 'a', action_id: 'assign' });
  const options = { option_groups: [{ label: { type: 'plain_text', text: 'Teams' }, options: [{ value: 'team:1' }] }] };

  it('S107 all regions are asked; the one that found something answers, however slow the other is', async () => {
    de.answer = { json: options };
    us.answer = { isSilent: true };
    const startedAt = performance.now();
    expect((await search()).json).toEqual(options);
    expect(performance.now() - startedAt).toBeLessThan(1_500);
  });

  it('S143 nobody found anything, or nobody answers: an empty list within two seconds', async () => {
    de.answer = { json: { option_groups: [] } };
    us.answer = { isSilent: true };
    const startedAt = performance.now();
    expect((await search()).json).toEqual({ option_groups: [] });
    expect(performance.now() - startedAt).toBeLessThan(2_500);
  });
});

describe('commands about teams', () => {
  const team = (us1: object | undefined, de1: object | undefined) => {
    us.answer = us1 === undefined ? { status: 404 } : { json: us1 };
    de.answer = de1 === undefined ? { status: 404 } : { json: de1 };
    return command('link team', 'U1', { response_url: slack.responseUrl('team') });
  };

  it.each<[string, string, string, string]>([
    ['an offer before "already linked"', 'already_linked', 'offer', 'de'],
    ['"already linked" before a role that is too low', 'role_too_low', 'already_linked', 'de'],
    ['a role that is too low before nothing', 'role_too_low', 'none', 'us'],
  ])('%s', async (_name, first, second, expected) => {
    await team({ text: 'us', switchyard_outcome: first }, { text: 'de', switchyard_outcome: second });
    await until(() => slack.responses.length === 1);
    expect(slack.responses[0]?.body).toEqual({ replace_original: false, response_type: 'ephemeral', text: expected });
  });

  it('offers of both regions are one message, a line each', async () => {
    await team({ text: 'us', switchyard_outcome: 'offer' }, { text: 'de', switchyard_outcome: 'offer' });
    await until(() => slack.responses.length === 1);
    expect(slack.responses[0]?.body['text']).toBe('de\nus');
  });
});

describe('an app that is removed', () => {
  const event = (inner: object) => {
    const body = JSON.stringify({
      type: 'event_callback',
      team_id: 'T2',
      event_id: `Ev${Math.random()}`,
      event: inner,
    });
    const timestamp = String(Math.floor(Date.now() / 1000));
    const mac = createHmac('sha256', SECRET).update(`v0:${timestamp}:${body}`).digest('hex');
    const headers = {
      'content-type': 'application/json',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${mac}`,
    };
    return gateway.send('/extensions/slack/event/', { headers, body });
  };

  it('S121: disabled once with its installations, the token gone, one line in the audit log, in any order', async () => {
    await gateway.admin('PUT', 'integrations/slack/T2', { name: 'Second', secrets: { accessToken: 'xoxb-2' } });
    await gateway.admin('PUT', 'installations/slack/T2/1', {});
    expect((await event({ type: 'tokens_revoked', tokens: { oauth: ['U1'] } })).status).toBe(200);
    expect((await gateway.admin('GET', 'integrations/slack/T2')).json).toMatchObject({ status: 'active' });
    for (const inner of [
      { type: 'app_uninstalled' },
      { type: 'tokens_revoked', tokens: { bot: ['U2'] } },
      { type: 'app_uninstalled' },
    ])
      expect((await event(inner)).status).toBe(200);
    expect((await gateway.admin('GET', 'integrations/slack/T2')).json).toMatchObject({
      status: 'disabled',
      hasAccessToken: false,
    });
    expect((await gateway.admin('GET', 'installations/slack/T2/1')).json).toMatchObject({ status: 'disabled' });
    const { rows } = await gateway.database.pool.query(
      `SELECT actor, action, subject FROM audit_log WHERE subject = 'integration slack/T2' AND action = 'app_removed'`,
    );
    expect(rows).toEqual([{ actor: 'slack', action: 'app_removed', subject: 'integration slack/T2' }]);
  });
});
