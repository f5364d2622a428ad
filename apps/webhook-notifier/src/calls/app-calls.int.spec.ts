import { createHmac } from 'node:crypto';
import { startHttpServer } from '@switchyard/http-client/testing';
import type { TestServer } from '@switchyard/http-client/testing';
import type { IncomingMessage } from 'node:http';
import { NotifierKit } from '../testing/notifier-kit';

interface Taken {
  readonly request: IncomingMessage;
  readonly body: string;
}

describe('questions to an app', () => {
  let kit: NotifierKit;
  let server: TestServer;
  let taken: Taken[];
  let answer: { status: number; body: string };

  beforeEach(async () => {
    taken = [];
    answer = { status: 200, body: '{"message":"saved"}' };
    kit = await NotifierKit.start();
    server = await startHttpServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        taken.push({ request, body });
        response.writeHead(answer.status, { location: 'http://127.0.0.1:1/' }).end(answer.body);
      });
    });
  }, 30_000);
  afterEach(async () => {
    await kit.close();
    await server.close();
  });

  async function ask(call: object) {
    const { app, installation } = await kit.install('forms', `${server.origin}/hook`);
    const { status, json } = await kit.admin('POST', `installations/${String(installation['uuid'])}/calls`, call);
    return { app, installation, status, json };
  }

  it('§8.8 the form of an alert rule: signed over the body, answered with the words of the app, logged and not counted', async () => {
    const { app, json } = await ask({
      event: 'alert_rule_action.requested',
      uri: '/rules',
      body: { fields: [{ name: 'ü' }] },
    });
    expect(json).toEqual({ kind: 'answered', status: 200, body: { message: 'saved' }, message: 'forms: saved' });
    const [{ request, body }] = taken as [Taken];
    expect([request.method, request.url, body]).toEqual(['POST', '/rules', '{"fields":[{"name":"ü"}]}']);
    const secret = String(app['clientSecret']);
    expect(request.headers['sentry-app-signature']).toBe(createHmac('sha256', secret).update(body).digest('hex'));
    expect(request.headers).not.toHaveProperty('sentry-hook-signature');
    const log = await kit.items('apps/forms/requests?event=alert_rule_action.requested');
    expect(log).toMatchObject([{ responseCode: 200 }]);
    const [today] = (await kit.admin('GET', 'apps/forms/health')).json['days'] as object[];
    expect(today).toMatchObject({ success: 0, error: 0, timeout: 0 });
  });

  it('§8.8 options of a form: a GET, signed over nothing', async () => {
    answer = { status: 200, body: '[["a","A"]]' };
    const { app, installation, json } = await ask({
      event: 'select_options.requested',
      uri: '/options',
      query: { query: 'a b' },
    });
    expect(json).toMatchObject({ kind: 'answered', body: [['a', 'A']] });
    const [{ request, body }] = taken as [Taken];
    expect([request.method, request.url, body]).toEqual([
      'GET',
      `/options?installationId=${String(installation['uuid'])}&query=a+b`,
      '',
    ]);
    const secret = String(app['clientSecret']);
    expect(request.headers['sentry-app-signature']).toBe(createHmac('sha256', secret).update('').digest('hex'));
  });

  it.each([
    [
      400,
      '{"message":"no such field"}',
      { kind: 'failed', reason: 'refused', status: 400, message: 'forms: no such field' },
    ],
    [500, '<html>', { kind: 'failed', reason: 'refused', status: 500, message: 'forms: Something went wrong!' }],
    [302, '', { kind: 'failed', reason: 'redirect', status: 302, message: 'forms: Something went wrong!' }],
  ])('a refusal is told with the words of the app or with ours: %i', async (status, body, expected) => {
    answer = { status, body };
    expect((await ask({ event: 'external_issue.created', uri: '/issues', body: {} })).json).toEqual(expected);
    expect((await kit.admin('GET', 'apps/forms/health')).json).toMatchObject({ state: 'active' });
  });

  it('G11: a path that leads to another host is refused, and nobody is asked', async () => {
    const { json } = await ask({ event: 'external_issue.linked', uri: '@evil.example/x', body: {} });
    expect(json).toMatchObject({ kind: 'failed', reason: 'invalid_url' });
    expect(taken).toEqual([]);
  });

  it('an installation that is not there is 404, a question that is not known 400', async () => {
    const uuid = '7a485448-a9e2-4c85-8a3c-4f44175783c9';
    expect(
      (await kit.admin('POST', `installations/${uuid}/calls`, { event: 'external_issue.linked', uri: '/x' })).status,
    ).toBe(404);
    expect((await ask({ event: 'anything', uri: '/x' })).status).toBe(400);
  });
});
