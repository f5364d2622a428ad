import {
  bytesOf,
  contextOf,
  describeParser,
  directoryOf,
  request,
  SLACK_SECRET,
  slackAnswers,
  slackRequests,
} from '../testing';
import linkShared from './fixtures/link-shared.json';
import { slackParser } from './slack.parser';

const { sign, signed, form, payload, action, options, command, event, inner } = slackRequests;
const { message, refused, inControl, empty } = slackAnswers;
const brokenBody = refused(400, 'bad_body');

const workspaces = () =>
  directoryOf({
    T001: { id: 1, regions: ['us', 'de'], organizationIds: ['21', '22'] },
    T002: { id: 2, regions: [], organizationIds: [] },
    T003: { id: 3, regions: [] },
    E001: { id: 4, regions: ['us'] },
  });

// Numbers are cases of slack.md §8, S numbers of gateway.md §9.3.
describeParser(
  slackParser,
  contextOf(workspaces(), { slackSigningSecrets: [SLACK_SECRET], slackVerificationToken: 'legacy' }),
  [
    ...['action', 'commands', 'event', 'options-load'].map((view) => ({
      name: `S77 GET ${view}`,
      given: request(view, {}, '', { method: 'GET' }),
      expect: { ...refused(405, 'method_not_allowed'), headers: { allow: 'POST' } },
    })),
    ...['action', 'commands', 'options-load'].map((view) => ({
      name: `JSON sent to ${view}: 415`,
      given: signed(view, linkShared),
      expect: refused(415, 'bad_content_type'),
    })),
    { name: 'a form sent to event: 415', given: signed('event', form({})), expect: refused(415, 'bad_content_type') },
    {
      name: 'a content type with parameters and capitals',
      given: request(
        'event',
        { ...sign(bytesOf(linkShared)), 'content-type': 'Application/JSON; charset=utf-8' },
        linkShared,
      ),
      expect: { kind: 'mailbox' },
    },

    {
      name: 'S9 a wrong signature, corrected from 400 to 401',
      given: request('commands', { ...sign(Buffer.from('other')) }, form({ team_id: 'T001' })),
      expect: { ...refused(401, 'bad_signature'), verification: { kind: 'refused', reason: 'mismatch' } },
    },
    {
      name: 'S59 headers missing',
      given: request('event', {}, linkShared),
      expect: { ...refused(401, 'bad_signature'), verification: { kind: 'refused', reason: 'missing_headers' } },
    },
    {
      name: 'S60 a bad signature with the correct token',
      given: request('event', sign(Buffer.from('other')), { ...linkShared, token: 'legacy' }),
      expect: refused(401, 'bad_signature'),
    },
    {
      name: 'a broken body with a bad signature is 401: nothing is parsed before',
      given: request('event', sign(Buffer.from('other')), 'no json'),
      expect: refused(401, 'bad_signature'),
    },
    {
      name: 'the check that failed is not sent back',
      given: request('event', {}, linkShared),
      expect: { json: { error: 'bad_signature', detail: 'the request could not be authenticated' } },
    },

    {
      name: 'S8 the challenge, corrected: the signature is checked, then control answers',
      given: signed('event', { type: 'url_verification', challenge: 'abc123' }),
      expect: { kind: 'control', view: 'slack.challenge', reason: 'challenge', isVerified: true },
    },
    {
      name: 'S8 the challenge without a signature',
      given: request('event', {}, { type: 'url_verification', challenge: 'abc123' }),
      expect: refused(401, 'bad_signature'),
    },
    {
      name: 'a challenge without its key',
      given: signed('event', { type: 'url_verification' }),
      expect: { ...brokenBody, headers: { 'x-slack-no-retry': '1' } },
    },
    {
      name: 'url_verification is a challenge on event/ alone',
      given: signed('action', payload({ type: 'url_verification', challenge: 'abc', team: { id: 'T001' } })),
      expect: { kind: 'all-regions' },
    },

    { name: 'S66 a form without payload', given: signed('action', form({ other: '1' })), expect: brokenBody },
    { name: 'S66 payload=notjson', given: signed('action', form({ payload: 'notjson' })), expect: brokenBody },
    { name: 'S66 payload=[]', given: signed('action', form({ payload: '[]' })), expect: brokenBody },
    {
      name: 'S67 an unfurl action without app_unfurl',
      given: action({ container: { is_app_unfurl: true } }),
      expect: brokenBody,
    },
    {
      name: 'S67 an unfurl action with no blocks in it',
      given: action({ container: { is_app_unfurl: true }, app_unfurl: { blocks: [] } }),
      expect: brokenBody,
    },
    {
      name: 'an unfurl action with blocks',
      given: action({ container: { is_app_unfurl: true }, app_unfurl: { blocks: [{}] } }),
      expect: { kind: 'deferred' },
    },
    {
      name: 'S68 command body "abc"',
      given: request(
        'commands',
        { ...sign(Buffer.from('abc')), 'content-type': 'application/x-www-form-urlencoded' },
        'abc',
      ),
      expect: brokenBody,
    },
    { name: 'S68, S11 a command without team_id', given: command({ text: 'help' }), expect: brokenBody },
    { name: 'S68 a command with an empty team_id', given: command({ team_id: '' }), expect: brokenBody },
    {
      name: 'S69 a command with text=',
      given: command({ team_id: 'T001', text: '' }),
      expect: inControl('slack.command'),
    },
    { name: 'S71 an option load of type block_actions', given: options({ type: 'block_actions' }), expect: brokenBody },
    { name: 'S71 an option load without value', given: options({ value: undefined }), expect: brokenBody },
    { name: 'an option load with an empty value', given: options({ value: '' }), expect: { kind: 'all-regions' } },
    { name: 'a response URL that is no text', given: action({ response_url: 5 }), expect: brokenBody },
    {
      name: 'S146 a JSON body that is an array',
      given: signed('event', []),
      expect: { ...brokenBody, headers: { 'x-slack-no-retry': '1' } },
    },
    {
      name: 'a body that is not UTF-8, after its signature passed',
      given: signed('event', Buffer.from([0x7b, 0xff, 0x7d])),
      expect: { kind: 'reply', status: 400 },
    },
    ...[{ event: undefined }, { event: {} }, { event: 'text' }, { event: { type: '' } }].map((change) => ({
      name: `an event with ${JSON.stringify(change)} is not to be sent again`,
      given: event(change),
      expect: { ...brokenBody, headers: { 'x-slack-no-retry': '1' } },
    })),
    ...[{ team_id: 'T'.repeat(65) }, { team_id: 'T\0' }, { team_id: 5 }, { event_id: 'E'.repeat(65) }].map(
      (change) => ({
        name: `an unusable id: ${Object.keys(change)[0]} ${JSON.stringify(Object.values(change)[0]).slice(0, 9)}`,
        given: event(change),
        expect: brokenBody,
      }),
    ),
    { name: 'an oversized user in an action', given: action({ user: { id: 'U'.repeat(65) } }), expect: brokenBody },
    { name: 'an oversized user in an event', given: inner('message', { user: 'U'.repeat(65) }), expect: brokenBody },
    {
      name: 'a whole user object in an event is no id',
      given: inner('user_change', { user: { id: 'U1' } }),
      expect: { kind: 'mailbox', eventType: undefined },
    },

    {
      name: 'S72 team: null on an action',
      given: action({ team: null }),
      expect: refused(403, 'no_integration'),
    },
    {
      name: 'S72 an event without any team',
      given: event({ team_id: undefined }),
      expect: { ...refused(403, 'no_integration'), headers: { 'x-slack-no-retry': '1' } },
    },
    {
      name: 'S72 enterprise.id without is_enterprise_install',
      given: action({ team: null, enterprise: { id: 'E001' } }),
      expect: refused(403, 'no_integration'),
    },
    {
      name: 'S73 team: null, is_enterprise_install, enterprise.id',
      given: action({ team: null, is_enterprise_install: true, enterprise: { id: 'E001' } }),
      expect: { kind: 'deferred', integrationId: '4' },
    },
    {
      name: 'S73 the same as form fields of a command',
      given: command({ is_enterprise_install: 'true', enterprise_id: 'E001' }),
      expect: { ...inControl('slack.command'), integrationId: '4' },
    },

    { name: 'S74, S75 unknown team: action', given: action({ team: { id: 'T9' } }), expect: empty('no_integration') },
    { name: 'S74, S75 unknown team: event', given: event({ team_id: 'T9' }), expect: empty('no_integration') },
    {
      name: 'S74, S75 unknown team: command, with a message for the user (M11)',
      given: command({ team_id: 'T9' }),
      expect: {
        ...empty('no_integration'),
        json: message(/not connected.*Install it again/),
      },
    },
    {
      name: 'S74, S75 unknown team: option load',
      given: options({ team: { id: 'T9' } }),
      expect: { ...empty('no_integration'), json: { option_groups: [] } },
    },
    {
      name: 'S5, S135 a workspace without organizations: 200, corrected from 202',
      given: action({ team: { id: 'T002' } }),
      expect: { ...empty('no_organization') },
    },
    {
      name: 'organizations without a mapping',
      given: command({ team_id: 'T003' }),
      expect: { ...empty('no_mapping') },
    },
    {
      name: 'organizations without a mapping: option load',
      given: options({ team: { id: 'T003' } }),
      expect: { ...empty('no_mapping'), json: { option_groups: [] } },
    },

    {
      name: 'an event is stored for the first region, for fifteen minutes',
      given: inner('message', { text: 'help' }),
      expect: {
        kind: 'mailbox',
        subject: '1',
        regions: ['de'],
        eventType: 'message',
        providerDeliveryId: 'Ev1',
        ackStatus: 200,
        maxAgeMs: 900_000,
        isVerified: true,
      },
    },
    {
      name: '§7.6 shared links of an organization that the workspace does not have: all regions may know them',
      given: event(),
      expect: { kind: 'mailbox', regions: ['de', 'us'], eventType: 'link_shared' },
    },
    {
      name: '§9.5 a channel that changes: all regions, which may have posted there',
      given: inner('channel_archive', { channel: 'C1' }),
      expect: { kind: 'mailbox', regions: ['de', 'us'], eventType: 'channel_archive' },
    },
    {
      name: 'an event type that nobody handles names no mailbox',
      given: inner('made_up'),
      expect: { kind: 'mailbox', eventType: undefined },
    },
    ...['app_uninstalled', 'tokens_revoked'].map((type) => ({
      name: `${type} goes to control`,
      given: inner(type),
      expect: { kind: 'control', view: 'slack.lifecycle', integrationId: '1', isVerified: true },
    })),
    {
      name: 'app_uninstalled of a workspace without organizations goes to control all the same',
      given: event({ team_id: 'T002', event: { type: 'app_uninstalled' } }),
      expect: { kind: 'control', view: 'slack.lifecycle', integrationId: '2' },
    },
    {
      name: 'app_uninstalled of a workspace that is gone: 200, nothing to do',
      given: event({ team_id: 'T9', event: { type: 'app_uninstalled' } }),
      expect: empty('no_integration'),
    },
    {
      name: 'app_rate_limited has no inner event and goes to control',
      given: signed('event', { type: 'app_rate_limited', team_id: 'T001', minute_rate_limited: 1_518_467_820 }),
      expect: { kind: 'control', view: 'slack.lifecycle' },
    },

    ...['link-identity', 'unlink-identity', 'link-team', 'unlink-team'].map((view) => ({
      name: `S3 ${view} is a page of control`,
      given: request(view, {}, '', { method: 'GET', params: { signed: 'abc' } }),
      expect: {
        kind: 'control',
        view: view.endsWith('-team') ? 'slack.team-page' : 'slack.link-page',
        isVerified: false,
      },
    })),
    {
      name: 'a page takes no other method',
      given: request('link-identity', {}, '', { method: 'DELETE', params: { signed: 'abc' } }),
      expect: refused(405, 'method_not_allowed'),
    },
    { name: 'no such path', given: request('unknown'), expect: refused(404, 'unknown_view') },
  ],
  { sign },
);

describe('the slack parser', () => {
  const decide = async (secrets: object, given = request('event', {}, { ...linkShared, token: 'legacy' })) => {
    const directory = workspaces();
    const decision = await slackParser.decide(given, contextOf(directory, secrets));
    return { decision, lookups: directory.lookups };
  };

  it('S62 refuses everything when nothing is configured', async () => {
    const { decision, lookups } = await decide({});
    expect(decision).toMatchObject(refused(401, 'not_configured'));
    expect(lookups).toEqual([]);
  });

  it('S61 takes the verification token when there is no signing secret', async () => {
    expect((await decide({ slackVerificationToken: 'legacy' })).decision).toMatchObject({ kind: 'mailbox' });
  });

  it('S61 refuses a wrong verification token', async () => {
    const { decision, lookups } = await decide({ slackVerificationToken: 'other' });
    expect(decision).toMatchObject(refused(401, 'bad_signature'));
    expect(lookups).toEqual([]);
  });

  it('S61 has to parse first with a token alone, so a broken body is 400', async () => {
    const { decision } = await decide({ slackVerificationToken: 'legacy' }, request('event', {}, 'no json'));
    expect(decision).toMatchObject(brokenBody);
  });

  it('S63 accepts the previous secret during rotation and says so', async () => {
    const { decision } = await decide({ slackSigningSecrets: ['new', SLACK_SECRET] }, event());
    expect(decision).toMatchObject({ kind: 'mailbox', verification: { kind: 'ok', keyIndex: 1 } });
  });

  it('looks nothing up before the signature has passed, and once afterwards', async () => {
    const secrets = { slackSigningSecrets: [SLACK_SECRET] };
    expect((await decide(secrets)).lookups).toEqual([]);
    expect((await decide(secrets, event())).lookups).toEqual(['slack/T001']);
  });

  it('S72 asks the directory nothing for a request without a team', async () => {
    const { lookups } = await decide({ slackSigningSecrets: [SLACK_SECRET] }, action({ team: null }));
    expect(lookups).toEqual([]);
  });
});
