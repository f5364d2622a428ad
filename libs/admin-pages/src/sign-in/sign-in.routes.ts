import { adminSignIns, csrfTokenOf, isOwnRequest, isSameOrigin } from '@switchyard/admin-api';
import type { AdminAccess, Principal, SessionCookies, SessionOrigin, SessionStore } from '@switchyard/admin-api';
import type { Logger } from '@switchyard/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { returnPathOf } from './return-path';
import { signInPage, signOutPage } from './sign-in.page';
import type { SignInView } from './sign-in.page';

/** Where who is not signed in is sent. */
export const SIGN_IN_PATH = '/admin/sign-in';

/** What signing in needs. */
export interface SignInParts {
  readonly access: AdminAccess;
  readonly cookies: SessionCookies;
  readonly sessions: SessionStore;
  readonly logger: Logger;
}

type Fields = Readonly<Record<string, unknown>>;

/** The pages to sign in and out. */
export function mountSignIn(pages: FastifyInstance, parts: SignInParts): void {
  const { access, cookies, sessions } = parts;
  const show = (reply: FastifyReply, status: number, view: Omit<SignInView, 'hasOpenId'>): Promise<void> =>
    send(reply, status, signInPage({ ...view, hasOpenId: false }));

  pages.get(SIGN_IN_PATH, async (request, reply) => {
    await show(reply, 200, { next: returnPathOf((request.query as Fields)['next']) });
    return reply;
  });

  pages.post(SIGN_IN_PATH, async (request, reply) => {
    const { token, next: wanted } = fieldsOf(request);
    const next = returnPathOf(wanted);
    // Otherwise a page elsewhere could sign somebody in as somebody else.
    if (!isSameOrigin(request.headers)) {
      await show(reply, 403, { next, problem: 'This form was sent from another site. Please try again here.' });
      return reply;
    }
    const verdict = await access.byToken(typeof token === 'string' ? token.trim() : '', request.raw);
    if (verdict.kind === 'refused') {
      adminSignIns.inc({ way: 'token', result: verdict.status === 429 ? 'rate_limited' : 'refused' });
      if (verdict.retryAfterSeconds !== undefined) void reply.header('retry-after', verdict.retryAfterSeconds);
      await show(reply, verdict.status, { next, problem: `${sentence(verdict.detail)}.` });
      return reply;
    }
    const { principal } = verdict;
    return signIn(reply, parts, principal, principal.tokenId === undefined ? 'bootstrap' : 'token', next);
  });

  pages.get('/admin/sign-out', async (request, reply) => {
    const id = cookies.idOf(request.headers);
    const principal = id === undefined ? undefined : await sessions.use(id);
    if (id === undefined || principal === undefined) return reply.redirect(SIGN_IN_PATH);
    await send(reply, 200, signOutPage(principal.name, csrfTokenOf(id)));
    return reply;
  });

  pages.post('/admin/sign-out', async (request, reply) => {
    const id = cookies.idOf(request.headers);
    const { csrf } = fieldsOf(request);
    const field = typeof csrf === 'string' ? csrf : undefined;
    if (id !== undefined && isOwnRequest(request, id, field)) {
      await sessions.close(id);
      void reply.header('set-cookie', cookies.forNobody());
    }
    return reply.redirect(SIGN_IN_PATH, 303);
  });
}

/** Opens a session and goes on. */
export async function signIn(
  reply: FastifyReply,
  { cookies, sessions, logger }: SignInParts,
  principal: Principal,
  origin: SessionOrigin,
  next: string,
): Promise<FastifyReply> {
  const { id, lifetimeSeconds } = await sessions.open(principal, origin);
  adminSignIns.inc({ way: origin === 'oidc' ? 'oidc' : 'token', result: 'ok' });
  logger.info({ actor: principal.name, scope: principal.scope, way: origin }, 'admin.signed_in');
  return reply.header('set-cookie', cookies.forSession(id, lifetimeSeconds)).redirect(next, 303);
}

async function send(reply: FastifyReply, status: number, html: string): Promise<void> {
  await reply.status(status).header('cache-control', 'no-store').type('text/html; charset=utf-8').send(html);
}

const fieldsOf = ({ body }: FastifyRequest): Fields =>
  typeof body === 'object' && body !== null ? (body as Fields) : {};

const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
