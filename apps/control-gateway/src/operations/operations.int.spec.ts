import { signGithubWebhook } from '@switchyard/parsers';
import { startGateway } from '../testing/gateway-kit';
import type { GatewayKit } from '../testing/gateway-kit';

const SECRET = 'github-app-secret';
let gateway: GatewayKit;

beforeAll(async () => {
  gateway = await startGateway({ SWITCHYARD_GITHUB_WEBHOOK_SECRETS: SECRET, SWITCHYARD_DELIVERY_BACKOFF_MS: '600000' });
  await gateway.admin('PUT', 'mappings/1', { slug: 'acme', name: 'Acme', region: 'us' });
  await gateway.admin('PUT', 'integrations/github/7', { name: 'acme' });
  await gateway.admin('PUT', 'installations/github/7/1', {});
}, 30_000);
afterAll(() => gateway.close());
const TABLES = [
  'stored_webhook',
  'mailbox',
  'delivery',
  'dead_letter',
  'hold',
  'shed',
  'operation',
  'audit_log',
  'seen_delivery',
];
beforeEach(async () => {
  // Not TRUNCATE: its locks and those of the gateway's own rounds would wait for each other.
  for (const table of TABLES) await gateway.database.pool.query(`DELETE FROM ${table}`);
});

async function push(): Promise<void> {
  expect((await send()).status).toBe(202);
}

function send() {
  const body = JSON.stringify({ installation: { id: 7 }, repository: { id: 15 } });
  const headers = {
    'content-type': 'application/json',
    'x-github-event': 'push',
    'x-hub-signature-256': signGithubWebhook(Buffer.from(body), SECRET),
  };
  return gateway.send('/extensions/github/webhook/', { headers, body });
}

const items = async (path: string): Promise<Record<string, unknown>[]> =>
  (await gateway.admin('GET', path)).json?.['items'] as Record<string, unknown>[];

async function until(path: string, isThere: (list: Record<string, unknown>[]) => boolean) {
  const endsAt = performance.now() + 10_000;
  for (;;) {
    const list = await items(path);
    if (isThere(list)) return list;
    if (performance.now() > endsAt) throw new Error(`not in time: ${path} has ${JSON.stringify(list)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('operations over the admin API', () => {
  it('hold, see what waits, release, discard by a plan, and find all of it in the audit log', async () => {
    const held = await gateway.admin('PUT', 'holds/region/us', { reason: 'moving' }, { 'x-switchyard-actor': 'ada' });
    expect(held.status).toBe(204);
    expect(await items('holds')).toMatchObject([
      { scope: 'region', value: 'us', reason: 'moving', actor: 'admin-token (on behalf of ada)' },
    ]);
    await push();
    const [waiting] = await until('waiting?region=us', (list) => list.length === 1);
    expect(waiting).toMatchObject({ provider: 'github', attempts: 0, eventType: 'push' });
    expect((await gateway.admin('POST', 'mailboxes/retry', { mailboxes: [waiting?.['mailbox']] })).json).toEqual({
      woken: 0,
    });

    expect((await gateway.admin('DELETE', 'holds/region/us')).status).toBe(204);
    expect((await gateway.admin('DELETE', 'holds/region/us')).status).toBe(404);
    await until('waiting?region=us', (list) => list[0]?.['attempts'] === 1);
    // The attempt is counted before it is made; the backoff begins when it has failed.
    await until('mailboxes', (list) => list[0]?.['dueAt'] != null);
    expect((await gateway.admin('POST', 'mailboxes/retry', { mailboxes: [waiting?.['mailbox']] })).json).toEqual({
      woken: 1,
    });

    const plan = (await gateway.admin('POST', 'operations', { kind: 'discard_waiting', selection: { region: 'us' } }))
      .json;
    expect(plan).toMatchObject({ state: 'planned', total: 1, sample: [{ region: 'us' }] });
    const id = String(plan?.['id']);
    expect((await gateway.admin('POST', `operations/${id}/start`)).json).toMatchObject({ state: 'running' });
    expect((await gateway.admin('POST', `operations/${id}/start`)).status).toBe(409);
    await until('operations', (list) => list[0]?.['state'] === 'done');
    expect((await gateway.admin('GET', `operations/${id}`)).json).toMatchObject({ done: 1 });
    expect(await items('waiting')).toEqual([]);
    expect(await items('deliveries')).toMatchObject([{ outcome: 'discarded' }]);
    expect((await items('audit-log')).map(({ action, actor }) => [action, actor])).toEqual([
      ['operation_start', 'admin-token'],
      ['retry_now', 'admin-token'],
      ['release', 'admin-token'],
      ['retry_now', 'admin-token'],
      ['hold', 'admin-token (on behalf of ada)'],
    ]);
  });

  it.each(['all', '1'])('shed %s: 429 before anything is written, and taken again afterwards', async (scope) => {
    const id = scope === 'all' ? 'all' : String((await gateway.admin('GET', 'integrations/github/7')).json?.['id']);
    expect((await gateway.admin('PUT', `sheds/github/${id}`, { reason: 'a flood' })).status).toBe(204);
    expect(await items('sheds')).toMatchObject([{ provider: 'github', reason: 'a flood' }]);
    const waiting = (await items('waiting')).length;
    const answer = await send();
    expect([answer.status, answer.headers.get('retry-after'), answer.json?.['error']]).toEqual([429, '60', 'shed']);
    expect(await items('waiting')).toHaveLength(waiting);
    expect((await gateway.admin('DELETE', `sheds/github/${id}`)).status).toBe(204);
    expect((await gateway.admin('DELETE', `sheds/github/${id}`)).status).toBe(404);
    expect((await send()).status).toBe(202);
  });

  it.each([
    ['PUT', 'holds/planet/us', { reason: 'x' }, 400],
    ['PUT', 'holds/region/us', {}, 400],
    ['POST', 'operations', { kind: 'destroy' }, 400],
    ['POST', 'operations', { kind: 'replay', selection: { region: 5 } }, 400],
    ['POST', 'operations', { kind: 'discard_waiting', selection: { reason: 'expired' } }, 400],
    ['GET', 'operations/999', undefined, 404],
    ['POST', 'operations/999/start', undefined, 409],
    ['GET', 'dead-letters?since=yesterday', undefined, 400],
    ['GET', 'waiting?reason=expired', undefined, 400],
  ])('%s %s %j: %i', async (method, path, body, status) => {
    const answer = await gateway.admin(method, path, body);
    expect([answer.status, answer.json?.['error']]).toEqual([status, expect.any(String)]);
  });
});
