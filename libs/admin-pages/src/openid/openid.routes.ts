import { adminSignIns, cookieOf } from '@switchyard/admin-api';
import { describeError } from '@switchyard/telemetry';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { returnPathOf } from '../sign-in/return-path';
import { showSignIn, signIn } from '../sign-in/sign-in.routes';
import type { SignInParts } from '../sign-in/sign-in.routes';
import type { OpenIdProvider, PendingSignIn } from './openid-provider';
import type { OpenIdSettings } from './openid.settings';
import { personOf } from './person';

/** Long enough for a second factor. */
const PENDING_SECONDS = 600;

type Pending = PendingSignIn & { readonly next: string };

/** The way to the issuer and back. */
export function mountOpenId(
  pages: FastifyInstance,
  parts: SignInParts,
  provider: OpenIdProvider,
  settings: OpenIdSettings,
): void {
  const { cookies, logger } = parts;
  const cookie = `${cookies.name}-openid`;
  const fail = (reply: FastifyReply, status: number, problem: string): Promise<FastifyReply> =>
    showSignIn(reply, status, { next: returnPathOf(undefined), problem, hasOpenId: true });

  pages.get('/admin/sign-in/openid', async (request, reply) => {
    const next = returnPathOf((request.query as Record<string, unknown>)['next']);
    try {
      const { url, pending } = await provider.begin();
      const value = Buffer.from(JSON.stringify({ ...pending, next })).toString('base64url');
      return reply.header('set-cookie', cookies.line(cookie, value, PENDING_SECONDS)).redirect(url);
    } catch (error) {
      logger.warn({ error: describeError(error) }, 'admin.issuer_away');
      adminSignIns.inc({ way: 'oidc', result: 'failed' });
      return fail(reply, 503, 'Who vouches for people cannot be reached. Try again, or use a token.');
    }
  });

  pages.get('/admin/sign-in/callback', async (request, reply) => {
    const pending = readPending(cookieOf(request.headers, cookie));
    // Good for one answer.
    void reply.header('set-cookie', cookies.line(cookie, '', 0));
    const queryAt = request.url.indexOf('?');
    if (pending === undefined || queryAt < 0) return fail(reply, 400, 'This sign-in has ended. Please begin again.');
    try {
      const claims = await provider.finish(request.url.slice(queryAt), pending);
      const person = personOf(claims, settings.claim, settings.scopeByGroup);
      if (person !== undefined) return await signIn(reply, parts, person, 'oidc', pending.next);
      adminSignIns.inc({ way: 'oidc', result: 'refused' });
      return fail(reply, 403, `Your account has no group (${settings.claim}) that may use these pages.`);
    } catch (error) {
      logger.warn({ error: describeError(error) }, 'admin.sign_in_failed');
      adminSignIns.inc({ way: 'oidc', result: 'failed' });
      return fail(reply, 400, 'The sign-in did not succeed. Please begin again.');
    }
  });
}

function readPending(value: string | undefined): Pending | undefined {
  try {
    const read = JSON.parse(Buffer.from(value ?? '', 'base64url').toString('utf8')) as Record<string, unknown>;
    const { state, nonce, verifier, next } = read;
    if (typeof state !== 'string' || typeof nonce !== 'string' || typeof verifier !== 'string') return undefined;
    return { state, nonce, verifier, next: returnPathOf(next) };
  } catch {
    return undefined;
  }
}
