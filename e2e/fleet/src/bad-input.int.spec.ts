import { rawExchange, waitFor } from '@switchyard/e2e-kit';
import { githubHeaders, metric, push, admin, slackHeaders, startTestFleet } from './test-fleet';
import type { TestFleet } from './test-fleet';

const GITHUB = '/extensions/github/webhook/';
const SLACK_EVENT = '/extensions/slack/event/';
const MIB = 1024 * 1024;

let fleet: TestFleet;
let repository = 100;

beforeAll(async () => {
  const limits = { SWITCHYARD_REQUEST_TIMEOUT_MS: '1000', SWITCHYARD_HEADERS_TIMEOUT_MS: '800' };
  fleet = await startTestFleet({ env: { 'control-gateway': limits } });
}, 60_000);
afterAll(() => fleet.stop(), 60_000);

type Headers = Readonly<Record<string, string>>;

/** A request as bytes, so that it can be anything. */
function raw(
  path: string,
  headers: readonly string[],
  body: Buffer | string = '',
  start = `POST ${path} HTTP/1.1`,
): Buffer {
  const bytes = Buffer.from(body);
  return Buffer.concat([Buffer.from([start, 'Host: switchyard', ...headers, '', ''].join('\r\n'), 'latin1'), bytes]);
}
const lines = (headers: Headers): string[] => Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
const sized = (body: Buffer | string): string => `Content-Length: ${Buffer.byteLength(body)}`;

function signedRequest(body: Buffer, path = GITHUB, extra: readonly string[] = []): Buffer {
  return raw(path, [...lines(githubHeaders(fleet.description, body)), ...extra, sized(body)], body);
}

/** What a good sender gets, whatever its neighbours do. */
async function expectGoodNeighbour(): Promise<void> {
  const body = push(repository++, 1);
  const response = await fetch(fleet.gateway + GITHUB, {
    method: 'POST',
    headers: githubHeaders(fleet.description, body),
    body,
  });
  expect(response.status).toBe(202);
}

/** Sends bytes; expects a status, a counter that moved, nothing stored, and an untouched neighbour. */
async function expectRefused(
  bytes: Buffer | readonly Buffer[],
  status: number,
  counter: string,
  labels: Headers,
  pauseMs = 0,
): Promise<void> {
  const before = await metric(fleet.gateway, counter, labels);
  const storedBefore = await metric(fleet.gateway, 'switchyard_stored_webhooks_total');
  const answer = await rawExchange(fleet.port, bytes, { idleMs: 4000, pauseMs, halfClose: false });
  expect(answer.status).toBe(status);
  await waitFor(async () => (await metric(fleet.gateway, counter, labels)) > before, {
    description: `${counter} to move`,
  });
  expect(await metric(fleet.gateway, 'switchyard_stored_webhooks_total')).toBe(storedBefore);
  await expectGoodNeighbour();
}

const EDGE = 'switchyard_edge_requests_total';
const PROTOCOL = 'switchyard_edge_protocol_errors_total';
const CLOSE = 'Connection: close';

describe('what HTTP forbids', () => {
  it.each([
    ['two lengths', ['Content-Length: 3', 'Content-Length: 4'], 'abcd'],
    ['a length and chunks', ['Content-Length: 3', 'Transfer-Encoding: chunked'], '0\r\n\r\n'],
    ['a length that is no number', ['Content-Length: 3x'], 'abc'],
    ['a control character in a header', ['X-Bad: a\x00b'], ''],
    ['a header without a name', [': value'], ''],
    ['a broken chunk', ['Transfer-Encoding: chunked'], 'zz\r\nabc\r\n'],
  ])('%s: 400', async (_what, headers, body) => {
    await expectRefused(raw(GITHUB, headers, body), 400, PROTOCOL, { reason: 'malformed' });
  });

  it.each([
    ['a method that does not exist', 'NONSENSE /extensions/github/webhook/ HTTP/1.1'],
    ['a space in the path', 'POST /extensions/git hub/webhook/ HTTP/1.1'],
  ])('%s: 400', async (_what, start) => {
    await expectRefused(raw(GITHUB, [sized('')], '', start), 400, PROTOCOL, { reason: 'malformed' });
  });

  it('no Host: 400', async () => {
    const answer = await rawExchange(fleet.port, `POST ${GITHUB} HTTP/1.1\r\nContent-Length: 0\r\n\r\n`);
    expect(answer.status).toBe(400);
    await expectGoodNeighbour();
  });

  it('endless headers: 431', async () => {
    const endless = raw(
      GITHUB,
      Array.from({ length: 2000 }, (_, index) => `X-Filler-${index}: ${'x'.repeat(50)}`),
    );
    await expectRefused(endless, 431, PROTOCOL, { reason: 'headers_too_large' });
  });

  it('smuggles nothing: what follows a refused request on its connection is not read', async () => {
    const stored = await metric(fleet.gateway, 'switchyard_stored_webhooks_total');
    const hidden = signedRequest(push(repository++, 1));
    const both = raw(
      GITHUB,
      ['Content-Length: 0', 'Transfer-Encoding: chunked'],
      Buffer.concat([Buffer.from('0\r\n\r\n'), hidden]),
    );
    const answer = await rawExchange(fleet.port, both, { idleMs: 2000 });
    expect(answer.bytes.toString('latin1').match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(await metric(fleet.gateway, 'switchyard_stored_webhooks_total')).toBe(stored);
  });
});

describe('slow senders: 408', () => {
  it('of headers', async () => {
    await expectRefused([Buffer.from(`POST ${GITHUB} HTTP/1.1\r\n`)], 408, PROTOCOL, { reason: 'slow_sender' });
  });

  it('of a body', async () => {
    const start = raw(GITHUB, ['Content-Length: 1000'], 'abc');
    await expectRefused([start], 408, PROTOCOL, { reason: 'slow_sender' });
  });
});

describe('bodies that are too large: 413', () => {
  it.each([
    ['GitHub, 25 MiB and a byte', GITHUB, 25 * MIB + 1],
    ['Slack, 1 MiB and a byte', SLACK_EVENT, MIB + 1],
    ['no provider at all, 64 KiB and a byte', '/extensions/nobody/webhook/', 64 * 1024 + 1],
  ])('declared: %s', async (_what, path, length) => {
    await expectRefused(raw(path, [`Content-Length: ${length}`, CLOSE]), 413, EDGE, {
      reason: 'body_too_large',
      status: '413',
    });
  });

  it('sent in chunks, with no length', async () => {
    const chunk = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(MIB, 'a'), Buffer.from('\r\n')]);
    const start = raw(SLACK_EVENT, ['Transfer-Encoding: chunked', CLOSE]);
    await expectRefused([start, chunk, chunk, Buffer.from('0\r\n\r\n')], 413, EDGE, { reason: 'body_too_large' });
  });
});

describe('paths', () => {
  it.each([
    ['dot segments', '/extensions/github/../slack/event/'],
    ['encoded dots', '/extensions/github/%2e%2e/slack/event/'],
    ['an encoded slash', '/extensions/github%2fwebhook/'],
    ['an encoded backslash', '/extensions/github/webhook%5c/'],
    ['a backslash', '/extensions/github\\webhook/'],
    ['an encoded NUL', '/extensions/github/webhook/%00'],
    ['an encoded line break', '/extensions/github/webhook/%0d%0aX:%20y'],
    ['a broken escape', '/extensions/github/%zz/'],
    ['more than 8,192 characters', `/extensions/github/${'a'.repeat(9000)}/`],
  ])('%s: 400', async (_what, path) => {
    await expectRefused(raw(path, [sized('{}'), CLOSE], '{}'), 400, EDGE, { reason: 'bad_path', status: '400' });
  });

  it.each(['/extensions/acme/webhook/', '/extensions//webhook/', '/plugins/acme/', '/extensions/x/setup/'])(
    'of no provider, %s: 404',
    async (path) => {
      await expectRefused(raw(path, [sized('{}'), CLOSE], '{}'), 404, EDGE, {
        reason: 'unknown_provider',
        status: '404',
      });
    },
  );
});

describe('headers that are there twice: 400', () => {
  it.each([
    ['X-Hub-Signature-256', 'X-Hub-Signature-256: sha256=00'],
    ['Content-Type', 'Content-Type: text/plain'],
    ['X-GitHub-Event', 'X-GitHub-Event: ping'],
    ['Host', 'Host: other'],
  ])('%s', async (_name, second) => {
    const body = push(repository++, 1);
    await expectRefused(signedRequest(body, GITHUB, [second, CLOSE]), 400, EDGE, {
      reason: 'duplicate_header',
      status: '400',
    });
  });
});

describe('bodies of GitHub', () => {
  const signed = (body: Buffer, headers: Headers = {}): Buffer =>
    raw(GITHUB, [...lines({ ...githubHeaders(fleet.description, body), ...headers }), sized(body), CLOSE], body);

  it.each<[string, () => Buffer, number, string]>([
    ['not JSON', () => signed(Buffer.from('nonsense')), 400, 'bad_body'],
    ['invalid UTF-8', () => signed(Buffer.from([0x7b, 0xff, 0xfe, 0x7d])), 400, 'bad_body'],
    ['a raw NUL', () => signed(Buffer.from('{"a":"\0"}')), 400, 'bad_body'],
    ['a list', () => signed(Buffer.from('[1]')), 400, 'bad_body'],
    ['a hundred thousand brackets', () => signed(Buffer.from('['.repeat(100_000))), 400, 'bad_body'],
    ['nothing', () => signed(Buffer.alloc(0)), 400, 'bad_body'],
    [
      'a form',
      () => signed(push(1, 1), { 'content-type': 'application/x-www-form-urlencoded' }),
      415,
      'bad_content_type',
    ],
    ['no installation', () => signed(Buffer.from('{"action":"opened"}')), 400, 'no_integration'],
    [
      'an installation that is no number',
      () => signed(Buffer.from('{"installation":{"id":"x"}}')),
      400,
      'no_integration',
    ],
    ['an unknown installation', () => signed(Buffer.from('{"installation":{"id":987654}}')), 400, 'no_integration'],
    [
      'a forged signature',
      () => signed(push(1, 1), { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` }),
      401,
      'bad_signature',
    ],
    ['a signature that is none', () => signed(push(1, 1), { 'x-hub-signature-256': 'ü' }), 401, 'bad_signature'],
  ])('%s', async (_what, bytes, status, reason) => {
    await expectRefused(bytes(), status, EDGE, { provider: 'github', reason, status: String(status) });
  });

  it('an organization that is mapped to no region: 400, never a silent 2xx', async () => {
    const { adminToken } = fleet.description;
    const put = (path: string): Promise<Response> =>
      fetch(`${fleet.gateway}/admin/api/${path}`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
        body: path.startsWith('integrations') ? '{"name":"unmapped"}' : '{}',
      });
    await put('integrations/github/555');
    const noOrganization = Buffer.from('{"installation":{"id":555}}');
    await expectRefused(signed(noOrganization), 400, EDGE, { reason: 'no_organization' });
    await put('installations/github/555/999');
    await waitFor(async () => (await metric(fleet.gateway, 'switchyard_directory_invalidations_total')) > 1, {
      description: 'the change to arrive',
    });
    await expectRefused(signed(noOrganization), 400, EDGE, { reason: 'no_mapping' });
  });

  it('an escaped NUL and a deep object inside a valid webhook are stored and delivered as they are', async () => {
    const deep = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`;
    const body = Buffer.from(
      push(repository++, 1).toString().replace('{"ref"', `{"nul":"\\u0000","deep":${deep},"ref"`),
    );
    const answer = await rawExchange(fleet.port, signed(body), { idleMs: 3000 });
    expect(answer.status).toBe(202);
    await expectGoodNeighbour();
  });

  it('a repeated delivery is acknowledged again, and stored once', async () => {
    const body = push(repository++, 1);
    const headers = githubHeaders(fleet.description, body);
    const event: Record<string, string> = { ...headers, 'x-github-event': 'issues' };
    const issue = Buffer.from(
      JSON.stringify({
        ...(JSON.parse(body.toString()) as object),
        action: 'opened',
        issue: {
          number: 5,
          id: 5,
          title: 't',
          state: 'open',
          user: { login: 'ada' },
          assignee: null,
          comments: 0,
          html_url: 'https://x/5',
          updated_at: '2026-01-01T00:00:00Z',
          created_at: '2026-01-01T00:00:00Z',
        },
      }),
    );
    const signedEvent: Record<string, string> = {
      ...event,
      ...{ 'x-hub-signature-256': githubHeaders(fleet.description, issue)['x-hub-signature-256'] as string },
    };
    for (const time of [1, 2]) {
      const response = await fetch(fleet.gateway + GITHUB, { method: 'POST', headers: signedEvent, body: issue });
      expect([time, response.status]).toEqual([time, 202]);
    }
    const us = fleet.description.addresses.regions['us'] ?? '';
    const records = await waitFor(
      async () => {
        const { items } = await admin<{ items: { providerDeliveryId: string; outcome: string }[] }>(
          fleet.description,
          `${us}/admin/api/deliveries?limit=500`,
        );
        const ours = items.filter(({ providerDeliveryId }) => providerDeliveryId === signedEvent['x-github-delivery']);
        return ours.length > 0 && ours;
      },
      { description: 'the delivery to arrive' },
    );
    expect(records.map(({ outcome }) => outcome)).toEqual(['handled']);
    expect(await metric(fleet.gateway, 'switchyard_webhook_duplicates_total')).toBeGreaterThan(0);
  });
});

describe('requests of Slack', () => {
  const JSON_TYPE = 'application/json';
  const FORM_TYPE = 'application/x-www-form-urlencoded';
  const event = '{"type":"event_callback","team_id":"T0SWITCH","event_id":"E1","event":{"type":"app_mention"}}';
  const slack = (path: string, body: string | Buffer, type: string, ageSeconds = 0, headers: Headers = {}): Buffer =>
    raw(
      path,
      [...lines({ ...slackHeaders(fleet.description, body, type, ageSeconds), ...headers }), sized(body), CLOSE],
      Buffer.from(body),
    );

  it.each<[string, () => Buffer, number, string]>([
    ['an expired signature', () => slack(SLACK_EVENT, event, JSON_TYPE, 301), 401, 'bad_signature'],
    ['a signature from the future', () => slack(SLACK_EVENT, event, JSON_TYPE, -310), 401, 'bad_signature'],
    [
      'a forged signature',
      () => slack(SLACK_EVENT, event, JSON_TYPE, 0, { 'x-slack-signature': `v0=${'0'.repeat(64)}` }),
      401,
      'bad_signature',
    ],
    ['a list', () => slack(SLACK_EVENT, '[]', JSON_TYPE), 400, 'bad_body'],
    ['invalid UTF-8', () => slack(SLACK_EVENT, Buffer.from([0xff, 0xfe]), JSON_TYPE), 400, 'bad_body'],
    ['an event as a form', () => slack(SLACK_EVENT, event, FORM_TYPE), 415, 'bad_content_type'],
    ['a command as JSON', () => slack('/extensions/slack/commands/', '{}', JSON_TYPE), 415, 'bad_content_type'],
    ['an action without payload', () => slack('/extensions/slack/action/', 'a=b', FORM_TYPE), 400, 'bad_body'],
  ])('%s', async (_what, bytes, status, reason) => {
    await expectRefused(bytes(), status, EDGE, { provider: 'slack', reason, status: String(status) });
  });

  it('a GET where only POST is known: 405', async () => {
    await expectRefused(raw(SLACK_EVENT, [CLOSE], '', `GET ${SLACK_EVENT} HTTP/1.1`), 405, EDGE, {
      reason: 'method_not_allowed',
    });
  });

  it('an unknown workspace is answered 200, so that Slack does not repeat, and nothing is stored', async () => {
    const body = event.replace('T0SWITCH', 'T0NOBODY');
    await expectRefused(slack(SLACK_EVENT, body, JSON_TYPE), 200, EDGE, {
      provider: 'slack',
      reason: 'no_integration',
    });
  });
});
