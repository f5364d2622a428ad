import { commandForm, payloadForm, slackRequest } from '../../testing/slack-requests';
import { startRegion } from '../../testing/region-kit';
import type { RegionKit } from '../../testing/region-kit';

const EVENT = { type: 'event_callback', team_id: 'T1', event_id: 'Ev1', event: { type: 'message', text: 'hi' } };

describe('Slack in a region', () => {
  let region: RegionKit;

  beforeEach(async () => {
    region = await startRegion();
  });

  afterEach(() => region.close());

  const event = (payload: unknown, rest = {}) => region.deliver(slackRequest('event', JSON.stringify(payload), rest));

  describe('event', () => {
    it('is recorded and answered 200, empty', async () => {
      expect(await event(EVENT, { deliveryId: 'd1' })).toMatchObject({ status: 200, text: '' });
      expect((await region.admin('deliveries?provider=slack')).items).toMatchObject([
        { deliveryId: 'd1', providerDeliveryId: 'Ev1', view: 'event', eventType: 'message', outcome: 'handled' },
      ]);
    });

    it('takes effect once per event id, however often Slack sends it', async () => {
      await event(EVENT, { deliveryId: 'd1' });
      expect((await event(EVENT, { deliveryId: 'd2' })).status).toBe(200);
      expect((await region.records()).map(({ outcome }) => outcome)).toEqual(['handled', 'duplicate']);
    });

    it('url_verification: the challenge comes back, nothing is recorded', async () => {
      const answer = await event({ type: 'url_verification', challenge: 'abc123', token: 't' });
      expect(answer).toMatchObject({ status: 200, text: '{"challenge":"abc123"}' });
      expect(await region.records()).toEqual([]);
    });

    it('app_rate_limited has no inner event', async () => {
      expect((await event({ type: 'app_rate_limited', minute_rate_limited: 1 })).status).toBe(200);
    });

    it.each([
      ['a challenge without challenge', { type: 'url_verification' }],
      ['no inner event', { type: 'event_callback' }],
      ['an inner event without type', { type: 'event_callback', event: { text: 'x' } }],
      ['an id with NUL', { ...EVENT, team_id: 'T\0' }],
      ['an id that is too long', { ...EVENT, team_id: 'T'.repeat(65) }],
      ['an id that is a number', { ...EVENT, event_id: 7 }],
      ['an array', []],
    ])('%s: 400, not to be sent again', async (_name, payload) => {
      expect(await event(payload)).toMatchObject({ status: 400, headers: { 'x-slack-no-retry': '1' } });
      expect(await region.records()).toEqual([expect.objectContaining({ outcome: 'rejected' })]);
    });

    it('a type with NUL can be stored', async () => {
      expect((await event({ ...EVENT, event: { type: 'a\0b' } })).status).toBe(200);
    });
  });

  it.each(['action', 'commands', 'event', 'options-load'])('S77: GET on %s is 405', async (view) => {
    expect((await region.deliver({ ...slackRequest(view, ''), method: 'GET' })).status).toBe(405);
  });

  describe('verification', () => {
    const old = String(Date.UTC(2026, 0, 1) / 1000 - 3600);

    it('a wrong signature: 401, though the gateway vouches for it', async () => {
      const headers = { 'x-slack-signature': `v0=${'0'.repeat(64)}` };
      expect((await event(EVENT, { headers })).status).toBe(401);
    });

    it('an old request that the gateway verified in time is taken', async () => {
      expect((await event(EVENT, { timestamp: old })).status).toBe(200);
    });

    it('an old request that the gateway did not verify: 401', async () => {
      expect((await event(EVENT, { timestamp: old, isVerified: false })).status).toBe(401);
    });
  });

  describe('commands', () => {
    it('answers at once, in JSON, without a record', async () => {
      const answer = await region.deliver(slackRequest('commands', commandForm('help')));
      expect(answer).toMatchObject({
        status: 200,
        headers: { 'content-type': expect.stringContaining('application/json') as unknown },
      });
      expect(JSON.parse(answer.text)).toMatchObject({ response_type: 'ephemeral', replace_original: false });
      expect(await region.records()).toEqual([]);
    });

    it.each([
      ['S68: no team', new URLSearchParams({ text: 'help' }).toString()],
      ['an empty body', ''],
      ['S68: a word', 'abc'],
      ['a part without =', 'team_id=T1&text'],
      ['bytes that are not UTF-8', Buffer.from([0xff, 0xfe, 0x3d])],
    ])('%s: 400', async (_name, body) => {
      expect((await region.deliver(slackRequest('commands', body))).status).toBe(400);
    });

    it('another content type: 415', async () => {
      const headers = { 'content-type': 'text/plain' };
      expect((await region.deliver(slackRequest('commands', commandForm(''), { headers }))).status).toBe(415);
    });
  });

  describe('action', () => {
    it('is recorded and answered 200, empty', async () => {
      const body = payloadForm({ type: 'block_actions', team: { id: 'T1' }, user: { id: 'U1' }, actions: [] });
      expect(await region.deliver(slackRequest('action', body))).toMatchObject({ status: 200, text: '' });
      expect((await region.admin('deliveries')).items).toMatchObject([{ view: 'action', eventType: 'block_actions' }]);
    });

    it.each([
      ['S66: no payload', 'a=b'],
      ['S66: a payload that is not JSON', 'payload=%7B'],
      ['S66: a payload that is a list', 'payload=[]'],
      ['S67: an unfurl without blocks', payloadForm({ type: 'block_actions', container: { is_app_unfurl: true } })],
    ])('%s: 400', async (_name, body) => {
      expect((await region.deliver(slackRequest('action', body))).status).toBe(400);
    });
  });

  describe('options-load', () => {
    it('answers no options', async () => {
      const message = { blocks: [{ block_id: '{"issue":"42"}' }] };
      const body = payloadForm({ type: 'block_suggestion', team: { id: 'T1' }, value: '', message });
      const answer = await region.deliver(slackRequest('options-load', body));
      expect(answer).toMatchObject({ status: 200, text: '{"option_groups":[]}' });
    });

    it.each([
      ['S71: another type', { type: 'block_actions', team: { id: 'T1' }, value: '' }],
      ['S71: no value', { type: 'block_suggestion', team: { id: 'T1' } }],
    ])('%s: 400', async (_name, payload) => {
      expect((await region.deliver(slackRequest('options-load', payloadForm(payload)))).status).toBe(400);
    });
  });
});

describe('Slack in a region without signing secrets', () => {
  it('takes what the gateway verified, and nothing else', async () => {
    const region = await startRegion({ SWITCHYARD_SLACK_SIGNING_SECRETS: '' });
    try {
      const request = slackRequest('event', JSON.stringify(EVENT));
      expect((await region.deliver(request)).status).toBe(200);
      expect((await region.deliver({ ...request, isVerified: false })).status).toBe(401);
    } finally {
      await region.close();
    }
  });
});
