import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { startSink, waitFor } from '@switchyard/e2e-kit';
import type { Sink } from '@switchyard/e2e-kit';
import { slackHeaders, startTestFleet } from './test-fleet';
import type { TestFleet } from './test-fleet';

const FORM_TYPE = 'application/x-www-form-urlencoded';
/** Slack gives up after three seconds; the gateway spends 2.5 of them. */
const SLACK_PATIENCE_MS = 3_000;

let fleet: TestFleet;
let us: Sink;
let de: Sink;
let callbacks: Server;
let posted: { path: string; body: string }[];

/** The gateway's regions are sinks here, so that a test decides what they answer. */
beforeAll(async () => {
  us = await startSink();
  de = await startSink();
  const regions = [
    { name: 'us', address: us.origin, snowflakeId: 1 },
    { name: 'de', address: de.origin, snowflakeId: 2 },
  ];
  fleet = await startTestFleet({ env: { 'control-gateway': { SWITCHYARD_REGIONS: JSON.stringify(regions) } } });
  callbacks = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      posted.push({ path: request.url ?? '', body });
      response.end('ok');
    });
  });
  const { port, hostname } = new URL(fleet.description.callbackOrigin);
  await new Promise<void>((resolve) => callbacks.listen(Number(port), hostname, resolve));
}, 60_000);

afterAll(async () => {
  await fleet.stop();
  callbacks.closeAllConnections();
  callbacks.close();
  await us.close();
  await de.close();
}, 60_000);

beforeEach(() => {
  posted = [];
  us.clear();
  de.clear();
});

const answer = (json: object, status = 200) => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(json),
});

async function sendForm(
  path: string,
  fields: Readonly<Record<string, string>>,
): Promise<{ status: number; text: string; durationMs: number }> {
  // The same bytes in the same second would be a replay, as Slack never sends one.
  const body = new URLSearchParams({ ...fields, nonce: randomUUID() }).toString();
  const startedAt = performance.now();
  const response = await fetch(`${fleet.gateway}/extensions/slack/${path}/`, {
    method: 'POST',
    headers: slackHeaders(fleet.description, body, FORM_TYPE),
    body,
  });
  return { status: response.status, text: await response.text(), durationMs: performance.now() - startedAt };
}

const command = (responseUrl?: string) =>
  sendForm('commands', {
    team_id: 'T0SWITCH',
    user_id: 'U1',
    command: '/switchyard',
    text: 'link team globex',
    ...(responseUrl === undefined ? {} : { response_url: responseUrl }),
  });

/** A button that may concern either region. */
const action = (responseUrl?: string) =>
  sendForm('action', {
    payload: JSON.stringify({
      type: 'block_actions',
      team: { id: 'T0SWITCH' },
      user: { id: 'U1' },
      actions: [{ value: 'resolve_dialog', action_id: 'a' }],
      ...(responseUrl === undefined ? {} : { response_url: responseUrl }),
    }),
  });

const callbackUrl = (name: string): string => `${fleet.description.callbackOrigin}/${name}`;
const untilPosted = () => waitFor(() => posted[0], { timeoutMs: 15_000, description: 'an answer at the response URL' });

describe('deferred answers', () => {
  it('S132, S13: a command is acknowledged at once, and exactly one answer is posted', async () => {
    de.script(answer({ text: 'from de' }));
    const { status, text } = await command(callbackUrl('one'));
    expect([status, text]).toEqual([200, '']);
    const { path, body } = await untilPosted();
    expect(path).toBe('/one');
    expect(JSON.parse(body)).toEqual({ replace_original: false, response_type: 'ephemeral', text: 'from de' });
    expect([de.requests.length, us.requests.length, posted.length]).toEqual([1, 0, 1]);
  });

  it('S133, S14: an action asks both regions; one says 404, and the answer of the other is posted', async () => {
    us.script({ status: 404 });
    de.script(answer({ ok: true, region: 'de' }));
    await action(callbackUrl('two'));
    expect(JSON.parse((await untilPosted()).body)).toMatchObject({ ok: true, region: 'de' });
    expect([de.requests.length, us.requests.length]).toEqual([1, 1]);
  });

  it('S138, S15: both say 404: the user is told that it is gone', async () => {
    us.script({ status: 404 });
    de.script({ status: 404 });
    await action(callbackUrl('three'));
    expect(JSON.parse((await untilPosted()).body)).toMatchObject({
      response_type: 'ephemeral',
      text: expect.stringContaining('no longer'),
    });
  });

  it('a region that is unreachable or broken: the user is told that nothing was changed', async () => {
    us.script({ status: 500 });
    de.script({ status: 500 });
    await action(callbackUrl('four'));
    expect(JSON.parse((await untilPosted()).body)).toMatchObject({
      text: expect.stringContaining('Nothing was changed'),
    });
  });

  it.each([
    ['S145: http', 'http://hooks.slack.com/commands/1'],
    ['S145: a host that only looks right', 'https://hooks.slack.com.evil.example/1'],
    ['a user in the address', 'https://hooks.slack.com@evil.example/1'],
    ['another port', 'https://hooks.slack.com:8443/1'],
    ['no address', 'not a url'],
  ])('%s: is not called; the sender is answered instead', async (_what, url) => {
    de.script(answer({ text: 'now' }));
    const { status, text } = await command(url);
    expect([status, JSON.parse(text)]).toEqual([200, { text: 'now' }]);
    expect(posted).toEqual([]);
  });
});

describe('synchronous answers', () => {
  it.each([201, 401, 500])(
    'S131, S1, S2: a command without response URL gets the status and the body of the region: %i',
    async (status) => {
      de.script(answer({ text: 'as it is' }, status));
      const response = await command();
      expect([response.status, JSON.parse(response.text)]).toEqual([status, { text: 'as it is' }]);
    },
  );

  it.each([403, 404, 500])(
    'W-18: of all regions a 2xx is chosen, whatever the other says first: %i',
    async (status) => {
      de.script({ status });
      us.script(answer({ text: 'from us' }));
      expect(JSON.parse((await action()).text)).toEqual({ text: 'from us' });
    },
  );

  it('S143: a region that hangs costs Slack no more than its budget', async () => {
    de.script({ kind: 'hang' });
    const { status, durationMs, text } = await command();
    expect(status).toBe(200);
    expect(text).toContain('Nothing was changed');
    expect(durationMs).toBeLessThan(SLACK_PATIENCE_MS);
  });

  it('a region that hangs does not take the answer of the other', async () => {
    de.script({ kind: 'hang' });
    us.script(answer({ text: 'from us' }));
    expect(JSON.parse((await action()).text)).toEqual({ text: 'from us' });
  });
});
