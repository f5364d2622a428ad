import { createHmac } from 'node:crypto';
import { startGateway } from '../testing/gateway-kit';
import type { GatewayKit, KitAnswer } from '../testing/gateway-kit';

const SECRET = 'slack-signing-secret-of-the-specs';

describe("replays of Slack's requests", () => {
  let gateway: GatewayKit;

  beforeAll(async () => {
    gateway = await startGateway({ SWITCHYARD_SLACK_SIGNING_SECRETS: SECRET });
    await gateway.admin('PUT', 'mappings/1', { slug: 'acme', name: 'Acme', region: 'us' });
    await gateway.admin('PUT', 'integrations/slack/T1', { name: 'Acme' });
    await gateway.admin('PUT', 'installations/slack/T1/1', {});
  }, 30_000);
  afterAll(() => gateway.close());
  beforeEach(async () => {
    await gateway.database.pool.query('DELETE FROM slack_request_seen');
  });

  /** The whole of one request, which can be sent again as it is. */
  function recorded(view: string, contentType: string, body: string, secret = SECRET): () => Promise<KitAnswer> {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const mac = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
    const headers = {
      'content-type': contentType,
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${mac}`,
    };
    return () => gateway.send(`/extensions/slack/${view}/`, { headers, body });
  }
  const help = (secret?: string) =>
    recorded(
      'commands',
      'application/x-www-form-urlencoded',
      new URLSearchParams({ team_id: 'T1', user_id: 'U1', channel_id: 'C1', text: 'help' }).toString(),
      secret,
    );
  const seen = async () =>
    (await gateway.database.pool.query<{ n: number }>('SELECT count(*)::int AS n FROM slack_request_seen')).rows[0]?.n;
  const counted = async (result: string) => {
    const { text } = await gateway.send('/metrics', { method: 'GET' });
    return Number(
      new RegExp(`switchyard_slack_replays_total\\{result="${result}"[^}]*\\} (\\d+)`).exec(text)?.[1] ?? 0,
    );
  };

  it('S65: the same signature a second time is answered 200, empty, and counted', async () => {
    const send = help();
    const before = await counted('repeated');
    expect((await send()).text).toContain('What you can type');
    expect(await send()).toMatchObject({ status: 200, text: '' });
    expect(await counted('repeated')).toBe(before + 1);
  });

  it('of two at the same time one is taken', async () => {
    const send = help();
    const answers = await Promise.all([send(), send(), send()]);
    expect(answers.filter(({ text }) => text.includes('What you can type'))).toHaveLength(1);
  });

  it('an event that is replayed is stored once', async () => {
    const event = { type: 'message', text: 'hello', user: 'U1', channel: 'D1', channel_type: 'im' };
    const body = JSON.stringify({ type: 'event_callback', team_id: 'T1', event_id: 'Ev1', event });
    const before = await seen();
    const send = recorded('event', 'application/json', body);
    expect([(await send()).status, (await send()).status]).toEqual([200, 200]);
    expect(await seen()).toBe((before ?? 0) + 1);
  });

  it('strangers, whose signatures are wrong, take no room', async () => {
    expect((await help('wrong-secret')()).status).toBe(401);
    expect(await seen()).toBe(0);
  });

  it('is forgotten after ten minutes', async () => {
    const send = help();
    await send();
    await gateway.database.pool.query(`UPDATE slack_request_seen SET seen_at = now() - interval '601 seconds'`);
    expect((await send()).text).toContain('What you can type');
  });

  it('a table that cannot be asked lets requests pass, and counts them', async () => {
    const before = await counted('not_checked');
    await gateway.database.pool.query('ALTER TABLE slack_request_seen RENAME TO away');
    try {
      const send = help();
      for (let time = 0; time < 2; time += 1) expect((await send()).text).toContain('What you can type');
    } finally {
      await gateway.database.pool.query('ALTER TABLE away RENAME TO slack_request_seen');
    }
    expect(await counted('not_checked')).toBe(before + 2);
  });

  it('a table that is locked does not use up the time that Slack gives', async () => {
    const client = await gateway.database.pool.connect();
    try {
      await client.query('BEGIN; LOCK TABLE slack_request_seen IN ACCESS EXCLUSIVE MODE');
      const startedAt = performance.now();
      expect((await help()()).text).toContain('What you can type');
      expect(performance.now() - startedAt).toBeLessThan(2_500);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  });
});
