import { signGithubWebhook } from '@switchyard/parsers';
import { RejectionLog } from '../rejections/rejection.log';
import { startGateway } from '../testing/gateway-kit';
import type { GatewayKit } from '../testing/gateway-kit';
import type { Explanation } from './explanation';

const SECRET = 'the-secret-of-the-github-app';

let gateway: GatewayKit;

beforeAll(async () => {
  gateway = await startGateway({ SWITCHYARD_GITHUB_WEBHOOK_SECRETS: SECRET });
  await gateway.admin('PUT', 'mappings/1', { slug: 'acme', name: 'Acme', region: 'us' });
  await gateway.admin('PUT', 'mappings/2', { slug: 'globex', name: 'Globex', region: 'de' });
  await gateway.admin('PUT', 'integrations/github/7', { name: 'acme' });
  for (const organization of ['1', '2']) {
    await gateway.admin('PUT', `installations/github/7/${organization}`, {});
  }
}, 30_000);
afterAll(() => gateway.close());

const push = JSON.stringify({ installation: { id: 7 }, repository: { id: 15 }, secret_payload: 'not-to-be-shown' });
const signed = (body: string) => ({
  'content-type': 'application/json',
  'x-github-event': 'push',
  'x-github-delivery': 'd-1',
  'x-hub-signature-256': signGithubWebhook(Buffer.from(body), SECRET),
});

async function explain(request: object): Promise<Explanation> {
  const answer = await gateway.admin('POST', 'explain', request);
  expect([answer.status, answer.text]).toEqual([200, answer.text]);
  return answer.json as unknown as Explanation;
}

const stepOf = ({ steps }: Explanation, name: string) => steps.find(({ step }) => step === name);

describe('explain', () => {
  it('says step by step where a webhook would go', async () => {
    const explanation = await explain({ path: '/extensions/github/webhook/?a=b', headers: signed(push), body: push });
    expect(explanation).toMatchObject({ decision: 'mailbox', reason: 'accepted' });
    expect(explanation.steps.map(({ step }) => step)).toEqual([
      'address',
      'provider',
      'verification',
      'lookup',
      'decision',
      'effect',
    ]);
    expect(stepOf(explanation, 'verification')?.facts).toEqual({ result: 'ok', isVerified: true });
    expect(stepOf(explanation, 'lookup')?.facts).toMatchObject({ id: '7', organizations: 2, regions: ['de', 'us'] });
    const integrationId = stepOf(explanation, 'lookup')?.facts?.['integrationId'] as string;
    expect(stepOf(explanation, 'effect')?.facts).toMatchObject({
      status: 202,
      providerDeliveryId: 'd-1',
      mailboxes: [`github:de:${integrationId}:15:push`, `github:us:${integrationId}:15:push`],
    });
    expect(JSON.stringify(explanation)).not.toContain('not-to-be-shown');
  });

  it('takes bytes as base64, headers as pairs, and the time at which to judge', async () => {
    const explanation = await explain({
      path: '/extensions/github/webhook/',
      headers: Object.entries(signed(push)),
      bodyBase64: Buffer.from(push).toString('base64'),
      at: '2026-01-01T00:00:00Z',
    });
    expect(explanation.decision).toBe('mailbox');
  });

  it.each([
    [
      'a wrong signature',
      { headers: { ...signed(push), 'x-hub-signature-256': signGithubWebhook(Buffer.from('x'), SECRET) } },
      'bad_signature',
    ],
    [
      'an unknown installation',
      { body: '{"installation":{"id":8}}', headers: signed('{"installation":{"id":8}}') },
      'no_integration',
    ],
    ['a path of nobody', { path: '/extensions/acme/webhook/' }, 'unknown_provider'],
    ['a path that means two things', { path: '/extensions/github/../slack/event/' }, 'bad_path'],
    ['an unknown view', { path: '/extensions/github/other/' }, 'unknown_view'],
  ])('%s: why it would be refused', async (_name, change, reason) => {
    const explanation = await explain({
      path: '/extensions/github/webhook/',
      headers: signed(push),
      body: push,
      ...change,
    });
    expect(explanation.reason).toBe(reason);
    expect(stepOf(explanation, 'effect')?.says).toMatch(/nothing is stored or sent/);
  });

  it('a body over the limit of its provider', async () => {
    const explanation = await explain({ path: '/extensions/slack/event/', body: 'x'.repeat(1_048_577) });
    expect(explanation.reason).toBe('body_too_large');
  });

  it('stores nothing, sends nothing and counts nothing', async () => {
    const counted = async () =>
      /switchyard_edge_requests_total\{.*/.exec((await gateway.send('/metrics', { method: 'GET' })).text)?.[0];
    const { pool } = gateway.database;
    const rowsOf = async () => Number((await pool.query('SELECT count(*) FROM stored_webhook')).rows[0].count);
    const before = [await counted(), await rowsOf()];
    await explain({ path: '/extensions/github/webhook/', headers: signed(push), body: push });
    expect([await counted(), await rowsOf()]).toEqual(before);
  });

  it.each([
    ['no path', {}, 'path'],
    ['two bodies', { path: '/', body: 'a', bodyBase64: 'YQ==' }, 'not both'],
    ['a header over two lines', { path: '/', headers: { a: 'b\r\nc: d' } }, 'headers'],
    ['an unknown field', { path: '/', url: 'x' }, 'url'],
  ])('%s: 400 that names it', async (_name, request, detail) => {
    const answer = await gateway.admin('POST', 'explain', request);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(detail);
  });
});

describe('rejected requests', () => {
  const list = async (query = '') =>
    ((await gateway.admin('GET', `rejected-requests${query}`)).json?.['items'] ?? []) as Record<string, unknown>[];
  const log = () => gateway.app.get(RejectionLog);

  it('are kept with the reason and the facts, without the body', async () => {
    const body = JSON.stringify({ installation: { id: 404 }, secret_payload: 'not-to-be-kept' });
    const answer = await gateway.send('/extensions/github/webhook/?token=query-secret', {
      headers: signed(body),
      body,
    });
    expect(answer.status).toBe(400);
    await gateway.send('/extensions/nobody/');
    await gateway.send('/extensions/github/webhook/', {
      headers: { ...signed(push), 'x-hub-signature-256': 'sha256=0' },
      body: push,
    });
    await log().write();
    const requestId = answer.headers.get('x-request-id');
    expect(await list(`?requestId=${requestId}`)).toEqual([
      expect.objectContaining({
        requestId,
        provider: 'github',
        view: 'webhook',
        status: 400,
        reason: 'no_integration',
        verification: 'ok',
        facts: [{ lookup: 'integration', provider: 'github', id: '404', isFound: false }],
        senderAddress: '127.0.0.1',
        bodyBytes: body.length,
      }),
    ]);
    expect(await list('?reason=bad_signature')).toEqual([expect.objectContaining({ verification: 'bad_format' })]);
    expect(await list('?reason=unknown_provider&provider=none')).toHaveLength(1);
    const all = JSON.stringify(await list());
    for (const secret of ['not-to-be-kept', 'query-secret', SECRET]) expect(all).not.toContain(secret);
  });

  it('accepted ones are not among them', async () => {
    const answer = await gateway.send('/extensions/github/webhook/', { headers: signed(push), body: push });
    expect(answer.status).toBe(202);
    await log().write();
    expect(await list(`?requestId=${answer.headers.get('x-request-id')}`)).toEqual([]);
  });

  it('a flood fills no more than its share, and the rest is counted', async () => {
    const { pool } = gateway.database;
    const countOf = async () => Number((await pool.query('SELECT count(*) FROM rejected_request')).rows[0].count);
    await log().write();
    const before = await countOf();
    const raw = { method: 'POST', url: '/', rawHeaders: [], body: Buffer.alloc(0) };
    const entry = { requestId: 'r', raw, provider: 'none', view: 'none', status: 404, reason: 'flood', because: 'x' };
    for (let index = 0; index < 1_000; index += 1) log().record(entry);
    await log().write();
    expect(await countOf()).toBe(before + 100);
    expect((await gateway.send('/metrics', { method: 'GET' })).text).toMatch(
      /rejections_logged_total\{result="skipped"\} 900/,
    );
  });

  it('leave when they are too old', async () => {
    const { pool } = gateway.database;
    await gateway.send('/extensions/left-behind/');
    await log().write();
    await pool.query(`UPDATE rejected_request SET received_at = now() - interval '8 days'`);
    const countOf = async () => Number((await pool.query('SELECT count(*) FROM rejected_request')).rows[0].count);
    const before = await countOf();
    expect(before).toBeGreaterThan(0);
    expect(await log().purge()).toBe(before);
    expect(await countOf()).toBe(0);
  });
});
