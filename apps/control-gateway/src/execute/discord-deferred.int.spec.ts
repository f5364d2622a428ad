import type { ServerResponse } from 'node:http';
import { startHttpServer } from '@switchyard/http-client/testing';
import type { TestServer } from '@switchyard/http-client/testing';
import { Deadline, systemClock } from '@switchyard/primitives';
import { RequestRouter } from '../edge/request-router';
import { startGateway } from '../testing/gateway-kit';
import type { GatewayKit } from '../testing/gateway-kit';
import { DeferredDispatcher } from './deferred.dispatcher';

type Handler = (response: ServerResponse) => void;

let gateway: GatewayKit;
let servers: TestServer[];
let us: Handler;
let de: Handler;
let discord: (posts: readonly string[]) => number;
let posts: string[];

/** Two regions and Discord's webhook address, each answering what a test says. */
beforeAll(async () => {
  const answering = (handler: () => Handler) =>
    startHttpServer((request, response) => {
      request.resume().on('end', () => handler()(response));
    });
  const callbacks = startHttpServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      posts.push(body);
      response.writeHead(discord(posts)).end();
    });
  });
  servers = await Promise.all([answering(() => us), answering(() => de), callbacks]);
  const [usServer, deServer, callbackServer] = servers as [TestServer, TestServer, TestServer];
  gateway = await startGateway({
    SWITCHYARD_CALLBACK_HOSTS: callbackServer.origin,
    SWITCHYARD_REGIONS: JSON.stringify([
      { name: 'us', address: usServer.origin, snowflakeId: 1 },
      { name: 'de', address: deServer.origin, snowflakeId: 2 },
    ]),
  });
}, 30_000);

afterAll(async () => {
  await gateway.close();
  await Promise.all(servers.map((server) => server.close()));
});

beforeEach(() => {
  posts = [];
  discord = () => 204;
});

const json =
  (status: number, body: object): Handler =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

/** Carries out what the parser decides about a component of a message; resolves when the answer has been posted, or given up. */
async function dispatch(): Promise<void> {
  const url = '/extensions/discord/interactions/';
  const addressed = gateway.app
    .get(RequestRouter)
    .address({ method: 'POST', url, rawHeaders: [], body: Buffer.from('{}'), senderAddress: '127.0.0.1' });
  if (addressed.kind === 'unaddressed') throw new Error(addressed.detail);
  const { parser, inbound } = addressed;
  const dispatcher = gateway.app.get(DeferredDispatcher);
  const callbackUrl = `${servers[2]?.origin ?? ''}/webhooks/1/token`;
  const decision = {
    kind: 'deferred',
    because: 'a component of a message, which may concern any region',
    reason: 'accepted',
    integrationId: '1',
    isVerified: true,
    regions: ['us', 'de'],
    callbackUrl,
    ackStatus: 200,
    answerMember: 'data',
  } as const;
  const target = dispatcher.target(decision);
  if (target === undefined) throw new Error('the callback may not be called');
  const deadline = Deadline.after(systemClock, 5_000);
  dispatcher.dispatch(
    { id: 'request-1', provider: 'discord', parser, inbound, pathAndQuery: url, deadline },
    decision,
    target,
  );
  // A shutdown waits for what is in flight.
  await dispatcher.onModuleDestroy();
}

describe('the deferred answer of a Discord interaction', () => {
  it('T30 one region fails, the other answers: one post, of its data only', async () => {
    us = json(404, { data: { content: 'not here' } });
    de = json(200, { type: 4, data: { content: 'resolved' } });
    await dispatch();
    expect(posts.map((body) => JSON.parse(body) as unknown)).toEqual([{ content: 'resolved' }]);
  });

  it('T31 Discord does not know the deferral yet: the same is posted again', async () => {
    us = json(403, {});
    de = json(200, { type: 4, data: { content: 'resolved' } });
    discord = ({ length }) => (length === 1 ? 404 : 204);
    await dispatch();
    expect(posts).toEqual(['{"content":"resolved"}', '{"content":"resolved"}']);
  });
});
