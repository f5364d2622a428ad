import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { senderAddressOf } from '@switchyard/telemetry';
import { ADMIN_SETTINGS } from '../admin.settings';
import type { AdminSettings } from '../admin.settings';
import { isOwnRequest, SessionCookies } from '../sessions/cookies';
import { SessionStore } from '../sessions/session.store';
import { sha256 } from '../tokens/admin-token';
import { TokenStore } from '../tokens/token.store';
import { adminRefusals } from './admin.metrics';
import type { RefusalReason } from './admin.metrics';
import { FailureLimiter } from './failure-limiter';
import { BOOTSTRAP_ACTOR } from './principal';
import type { Principal } from './principal';
import { covers } from './scope';
import type { AdminScope } from './scope';

/** What is looked at of a request. */
export type AdminRequest = Pick<IncomingMessage, 'headers' | 'method' | 'socket'>;

/** Why somebody is not let in, and how to answer. */
export interface Refusal {
  readonly kind: 'refused';
  readonly reason: RefusalReason;
  readonly status: 401 | 403 | 429;
  readonly detail: string;
  /** When to try again, with 429. */
  readonly retryAfterSeconds?: number;
}

/** Whether a request is let in. */
export type Verdict = { readonly kind: 'known'; readonly principal: Principal } | Refusal;

/**
 * Decides who is at the other end of an admin request, and whether they may do it: the settings' token, a personal one, or a session
 * of the pages. Everything that guards admin routes asks here.
 */
@Injectable()
export class AdminAccess {
  private readonly expected: Buffer;

  constructor(
    @Inject(ADMIN_SETTINGS) private readonly settings: AdminSettings,
    private readonly tokens: TokenStore,
    private readonly sessions: SessionStore,
    private readonly cookies: SessionCookies,
    private readonly failures: FailureLimiter,
  ) {
    this.expected = sha256(settings.adminToken);
  }

  /** Lets in who has the scope; refusals are counted. */
  async check(request: AdminRequest, wanted: AdminScope): Promise<Verdict> {
    const verdict = await this.identify(request);
    if (verdict.kind === 'refused') return counted(verdict);
    const { name, scope } = verdict.principal;
    if (covers(scope, wanted)) return verdict;
    return counted(refusal(403, 'scope', `this needs the scope ${wanted}, and ${name} has ${scope}`));
  }

  /** Whose token it is; for the sign-in page, too. Guesses are limited by the address that they come from. */
  async byToken(token: string, request: AdminRequest): Promise<Verdict> {
    const address = senderAddressOf(request, this.settings.adminTrustedProxies);
    const retryAfterSeconds = this.failures.secondsToWait(address);
    if (retryAfterSeconds > 0) {
      const detail = `too many wrong tokens from this address: wait ${retryAfterSeconds} seconds`;
      return { ...refusal(429, 'rate_limited', detail), retryAfterSeconds };
    }
    // Digests, so that the time says nothing, not even the length.
    if (timingSafeEqual(sha256(token), this.expected)) {
      return { kind: 'known', principal: { name: BOOTSTRAP_ACTOR, scope: 'admin', isSession: false } };
    }
    const found = await this.tokens.use(token);
    if (found !== undefined) {
      const { id, name, scope } = found;
      return { kind: 'known', principal: { name, scope, tokenId: id, isSession: false } };
    }
    this.failures.fail(address);
    return refusal(401, 'wrong_token', 'the token is wrong, has expired or was revoked');
  }

  private async identify(request: AdminRequest): Promise<Verdict> {
    const { headers, method = '' } = request;
    const [, token] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
    if (token !== undefined) return this.byToken(token, request);
    const sessionId = this.cookies.idOf(headers);
    const principal = sessionId === undefined ? undefined : await this.sessions.use(sessionId);
    if (sessionId === undefined || principal === undefined) {
      const how = 'send Authorization: Bearer with a personal token or the value of SWITCHYARD_ADMIN_TOKEN';
      return refusal(401, 'no_token', how);
    }
    if (isOwnRequest({ method, headers }, sessionId)) return { kind: 'known', principal };
    return refusal(403, 'csrf', 'a signed-in browser must send X-XSRF-TOKEN from a page of this origin');
  }
}

const refusal = (status: Refusal['status'], reason: RefusalReason, detail: string): Refusal => ({
  kind: 'refused',
  status,
  reason,
  detail,
});

function counted(verdict: Refusal): Refusal {
  adminRefusals.inc({ reason: verdict.reason });
  return verdict;
}
