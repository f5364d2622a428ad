import { getQueueToken } from '@nestjs/bullmq';
import type { Queue } from 'bullmq';
import { KIT_TOKEN, startGateway } from '../testing/gateway-kit';
import type { GatewayKit } from '../testing/gateway-kit';

const QUEUE = 'stored-webhook-hints';
const BOARD = '/admin/queues/';
const QUEUES = '/admin/queues/api/queues';

let gateway: GatewayKit;
beforeAll(async () => {
  gateway = await startGateway({ SWITCHYARD_DELIVERY_ENABLED: 'false' });
}, 30_000);
afterAll(() => gateway.close());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(gateway.origin + path, { headers, redirect: 'manual' });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const html = { accept: 'text/html' };

const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(gateway.origin + path, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'sec-fetch-site': 'same-origin', ...headers },
    body: new URLSearchParams(fields),
  });

/** Signs in and gives what a browser sends from then on. */
async function signIn(token = KIT_TOKEN) {
  const answer = await post('/admin/sign-in', { token });
  expect(answer.status).toBe(303);
  const pairs = answer.headers.getSetCookie().map((line) => line.split(';', 1)[0] ?? '');
  const csrf = pairs.find((pair) => pair.startsWith('XSRF-TOKEN='))?.slice('XSRF-TOKEN='.length) ?? '';
  return { cookie: pairs.join('; '), csrf, own: { 'sec-fetch-site': 'same-origin', 'x-xsrf-token': csrf } };
}

const makeToken = async (name: string, scope: string): Promise<string> =>
  String((await gateway.admin('POST', 'tokens', { name, scope })).json?.['token']);

describe('the sign-in page', () => {
  it('is where who looks at a page is sent, and programs are told what is missing', async () => {
    const page = await get(`${BOARD}queue/x?status=failed`, html);
    expect([page.status, page.headers.get('location')]).toEqual([
      302,
      '/admin/sign-in?next=%2Fadmin%2Fqueues%2Fqueue%2Fx%3Fstatus%3Dfailed',
    ]);
    const program = await get(QUEUES);
    expect([program.status, program.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="switchyard-admin"']);
    expect(await program.json()).toMatchObject({ error: 'unauthorized' });
  });

  it('has the headers of a page, and no way to put words into it', async () => {
    const page = await get(`/admin/sign-in?next=${encodeURIComponent('/admin/"><script>alert(1)</script>')}`);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(await page.text()).not.toContain('<script>');
  });

  it('takes a token and gives a cookie that scripts cannot read', async () => {
    const answer = await post('/admin/sign-in', { token: KIT_TOKEN, next: '/admin/queues/queue/x' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/admin/queues/queue/x']);
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^switchyard-control-gateway=[\w-]{43}; Path=\/; Max-Age=43200; SameSite=Lax; HttpOnly$/),
      expect.stringMatching(/^XSRF-TOKEN=[\w-]{43}; Path=\/; Max-Age=43200; SameSite=Lax$/),
    ]);
    const { cookie } = await signIn();
    expect((await get(BOARD, { cookie, ...html })).status).toBe(200);
    expect((await get('/admin/api/mappings', { cookie })).status).toBe(200);
  });

  it('refuses a wrong token, and a form of another site', async () => {
    const wrong = await post('/admin/sign-in', { token: 'no-such-token' });
    expect([wrong.status, wrong.headers.getSetCookie()]).toEqual([401, []]);
    expect(await wrong.text()).toContain('The token is wrong');
    const foreign = await post('/admin/sign-in', { token: KIT_TOKEN }, { 'sec-fetch-site': 'cross-site' });
    expect([foreign.status, foreign.headers.getSetCookie()]).toEqual([403, []]);
  });

  it('signs out: by a form of ours only', async () => {
    const { cookie, csrf } = await signIn();
    const page = await get('/admin/sign-out', { cookie });
    expect(await page.text()).toContain(csrf);
    await post('/admin/sign-out', { csrf: 'x' }, { cookie });
    expect((await get(QUEUES, { cookie })).status).toBe(200);
    await post('/admin/sign-out', { csrf }, { cookie });
    expect((await get(QUEUES, { cookie })).status).toBe(401);
  });
});

describe('the board', () => {
  it('lists every queue of the app', async () => {
    const { queues } = (await (await get(QUEUES, bearer(KIT_TOKEN))).json()) as { queues: { name: string }[] };
    expect(queues.map(({ name }) => name)).toEqual([QUEUE]);
  });

  const change = (action: string, headers: Record<string, string>) =>
    fetch(`${gateway.origin}${QUEUES}/${QUEUE}/${action}`, { method: 'PUT', headers });

  it('a viewer may look and not touch; an operator may not destroy a queue', async () => {
    const [viewer, operator] = [await makeToken('eve', 'viewer'), await makeToken('otto', 'operator')];
    expect((await get(QUEUES, bearer(viewer))).status).toBe(200);
    expect((await change('pause', bearer(viewer))).status).toBe(403);
    const refused = await change('obliterate', bearer(operator));
    expect([refused.status, await refused.json()]).toEqual([
      403,
      { error: 'forbidden', detail: 'this needs the scope admin, and otto has operator' },
    ]);
    expect(await gateway.app.get<Queue>(getQueueToken(QUEUE)).isPaused()).toBe(false);
  });

  it('a browser that was lured into a change is refused, ours is let in, and the audit log knows who', async () => {
    const queue = gateway.app.get<Queue>(getQueueToken(QUEUE));
    const { cookie, own } = await signIn(await makeToken('ada', 'operator'));
    expect((await change('pause', { cookie })).status).toBe(403);
    expect((await change('pause', { cookie, ...own, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect(await queue.isPaused()).toBe(false);
    expect((await change('pause', { cookie, ...own })).status).toBe(200);
    expect(await queue.isPaused()).toBe(true);
    expect((await change('resume', { cookie, ...own })).status).toBe(200);
    expect((await gateway.admin('GET', 'audit?limit=2')).json).toMatchObject({
      items: [
        { actor: 'ada', action: 'queue_resume', subject: `queue ${QUEUE}` },
        { actor: 'ada', action: 'queue_pause', subject: `queue ${QUEUE}` },
      ],
    });
  });

  it('what failed is in the audit log, too', async () => {
    const answer = await fetch(`${gateway.origin}${QUEUES}/${QUEUE}/4711/retry`, {
      method: 'PUT',
      headers: bearer(KIT_TOKEN),
    });
    expect(answer.status).toBe(404);
    expect((await gateway.admin('GET', 'audit?limit=2')).json).toMatchObject({
      items: [
        { action: 'job_retry_failed', subject: `queue ${QUEUE} 4711`, detail: { status: 404 } },
        { action: 'job_retry', subject: `queue ${QUEUE} 4711` },
      ],
    });
  });
});
