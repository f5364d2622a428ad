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
  /** Whether people can sign in with their account elsewhere. */
  readonly hasOpenId: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/** The pages to sign in and out. */
export function mountSignIn(pages: FastifyInstance, parts: SignInParts): void {
  const { access, cookies, sessions } = parts;
  const show = (reply: FastifyReply, status: number, view: Omit<SignInView, 'hasOpenId'>): Promise<FastifyReply> =>
    showSignIn(reply, status, { ...view, hasOpenId: parts.hasOpenId });

  pages.get(SIGN_IN_PATH, async (request, reply) => {
    return show(reply, 200, { next: returnPathOf((request.query as Fields)['next']) });
  });

  pages.post(SIGN_IN_PATH, async (request, reply) => {
    const { token, next: wanted } = fieldsOf(request);
    const next = returnPathOf(wanted);
    // Otherwise a page elsewhere could sign somebody in as somebody else.
    if (!isSameOrigin(request.headers)) {
      return show(reply, 403, { next, problem: 'This form was sent from another site. Please try again here.' });
    }
    const verdict = await access.byToken(typeof token === 'string' ? token.trim() : '', request.raw);
    if (verdict.kind === 'refused') {
      adminSignIns.inc({ way: 'token', result: verdict.status === 429 ? 'rate_limited' : 'refused' });
      if (verdict.retryAfterSeconds !== undefined) void reply.header('retry-after', verdict.retryAfterSeconds);
      return show(reply, verdict.status, { next, problem: `${sentence(verdict.detail)}.` });
    }
    const { principal } = verdict;
    return signIn(reply, parts, principal, principal.tokenId === undefined ? 'bootstrap' : 'token', next);
  });

  pages.get('/admin/sign-out', async (request, reply) => {
    const id = cookies.idOf(request.headers);
    const principal = id === undefined ? undefined : await sessions.use(id);
    if (id === undefined || principal === undefined) return reply.redirect(SIGN_IN_PATH);
    return send(reply, 200, signOutPage(principal.name, csrfTokenOf(id)));
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

/** Shows the sign-in page. */
export const showSignIn = (reply: FastifyReply, status: number, view: SignInView): Promise<FastifyReply> =>
  send(reply, status, signInPage(view));

async function send(reply: FastifyReply, status: number, html: string): Promise<FastifyReply> {
  return reply.status(status).header('cache-control', 'no-store').type('text/html; charset=utf-8').send(html);
}

const fieldsOf = ({ body }: FastifyRequest): Fields =>
  typeof body === 'object' && body !== null ? (body as Fields) : {};

const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
