import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import { actorOf, refusalBody, refusalHeaders, rememberPrincipal } from '@switchyard/admin-api';
import type { AdminAccess, Refusal, SessionCookies } from '@switchyard/admin-api';
import { audit } from '@switchyard/audit-log';
import type { Pool } from '@switchyard/database';
import type { Queue } from 'bullmq';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { SIGN_IN_PATH } from '../sign-in/sign-in.routes';
import { boardActionOf } from './board-action';

/** Where the board is. */
export const BOARD_PATH = '/admin/queues';

/** What the board needs. */
export interface BoardParts {
  readonly access: AdminAccess;
  readonly cookies: SessionCookies;
  readonly pool: Pool;
  readonly queues: readonly Queue[];
  readonly service: string;
}

/** Bull Board behind the admin guard, every change in the audit log. */
export async function mountBoard(board: FastifyInstance, parts: BoardParts): Promise<void> {
  const { pool, queues, service } = parts;
  board.addHook('onRequest', (request, reply) => letIn(request, reply, parts));
  // Before the change, because the job store knows nothing of our transactions: there is no change without its line.
  board.addHook('preHandler', async (request) => {
    if (isReading(request)) return;
    const { action, subject } = actionOf(request);
    await audit(pool, actorOf(request), action, subject);
  });
  board.addHook('onSend', async (request, reply) => {
    if (isReading(request) || reply.statusCode < 400 || isRefused(reply)) return;
    const { action, subject } = actionOf(request);
    await audit(pool, actorOf(request), `${action}_failed`, subject, { status: reply.statusCode });
  });
  const server = new FastifyAdapter();
  server.setBasePath(BOARD_PATH);
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue)),
    serverAdapter: server,
    options: {
      uiConfig: {
        boardTitle: `Switchyard: ${service}`,
        miscLinks: [{ text: 'Sign out', url: '/admin/sign-out' }],
        hideRedisDetails: true,
      },
    },
  });
  await board.register(server.registerPlugin(), { prefix: BOARD_PATH });
}

const isReading = ({ method }: FastifyRequest): boolean => method === 'GET' || method === 'HEAD';
const isRefused = ({ statusCode }: FastifyReply): boolean => [401, 403, 429].includes(statusCode);
const actionOf = ({ routeOptions, params }: FastifyRequest) =>
  boardActionOf(routeOptions.url ?? '', params as Record<string, unknown>);

/** Answers who may not come in; somebody who looks at a page is sent to where they can sign in. */
async function letIn(request: FastifyRequest, reply: FastifyReply, { access, cookies }: BoardParts) {
  const wanted = isReading(request) ? 'viewer' : actionOf(request).scope;
  const verdict = await access.check(request.raw, wanted);
  if (verdict.kind === 'refused') return refuse(request, reply, verdict);
  rememberPrincipal(request, verdict.principal);
  const sessionId = cookies.idOf(request.headers);
  // Another app on this host may have replaced the cookie that the page's scripts read: cookies do not know ports.
  if (verdict.principal.isSession && sessionId !== undefined && isPage(request)) {
    void reply.header('set-cookie', cookies.forScripts(sessionId));
  }
  return undefined;
}

function refuse(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply {
  if (refusal.reason === 'no_token' && isPage(request)) {
    return reply.redirect(`${SIGN_IN_PATH}?next=${encodeURIComponent(request.url)}`);
  }
  return reply.status(refusal.status).headers(refusalHeaders(refusal)).send(refusalBody(refusal));
}

const isPage = (request: FastifyRequest): boolean =>
  request.method === 'GET' && (request.headers.accept ?? '').includes('text/html');
