import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import type { Principal } from '../access/principal';
import { sha256 } from '../tokens/admin-token';

/** DI token of the {@link SessionLimits}. */
export const SESSION_LIMITS = Symbol('SESSION_LIMITS');

/** How long people stay signed in. */
export interface SessionLimits {
  readonly idleMinutes: number;
  readonly hoursMax: number;
  /** Digest of the settings' token: when that changes, the sessions that were opened with it are over. */
  readonly bootstrapDigest: Buffer;
}

/** A session just opened. */
export interface OpenedSession {
  /** Goes into the cookie and nowhere else. */
  readonly id: string;
  readonly lifetimeSeconds: number;
}

/** What a session was opened with. */
export type SessionOrigin = 'bootstrap' | 'token' | 'oidc';

const ID_FORM = /^[\w-]{43}$/;
/** Sessions that are over leave when others begin, so many at a time. */
const SWEEP_MAX = 100;

/** People who are signed in to the pages. */
@Injectable()
export class SessionStore {
  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    @Inject(SESSION_LIMITS) private readonly limits: SessionLimits,
  ) {}

  async open({ name, scope, tokenId }: Principal, origin: SessionOrigin): Promise<OpenedSession> {
    const id = randomBytes(32).toString('base64url');
    await this.pool.query(
      `INSERT INTO admin_session (id_hash, actor, scope, token_id, bootstrap_digest, expires_at)
       VALUES ($1, $2, $3, $4, $5, now() + make_interval(hours => $6))`,
      [
        sha256(id),
        name,
        scope,
        tokenId ?? null,
        origin === 'bootstrap' ? this.limits.bootstrapDigest : null,
        this.limits.hoursMax,
      ],
    );
    await this.sweep();
    return { id, lifetimeSeconds: this.limits.hoursMax * 3_600 };
  }

  /** Whose session it is, and notes that it is used; `undefined` when there is none, or it is over. */
  async use(id: string): Promise<Principal | undefined> {
    if (!ID_FORM.test(id)) return undefined;
    const { idleMinutes, bootstrapDigest } = this.limits;
    const { rows } = await this.pool.query<Omit<Principal, 'isSession'> & { name: string; isStale: boolean }>(
      `SELECT actor AS name, session.scope, token_id::text AS "tokenId", seen_at < now() - interval '1 minute' AS "isStale"
       FROM admin_session AS session LEFT JOIN admin_token AS token ON token.id = token_id
       WHERE id_hash = $1 AND session.expires_at > now() AND seen_at > now() - make_interval(mins => $2)
         AND (bootstrap_digest IS NULL OR bootstrap_digest = $3)
         AND (token_id IS NULL OR (token.revoked_at IS NULL AND token.expires_at > now()))`,
      [sha256(id), idleMinutes, bootstrapDigest],
    );
    const [found] = rows;
    if (found === undefined) return undefined;
    if (found.isStale) {
      await this.pool.query('UPDATE admin_session SET seen_at = now() WHERE id_hash = $1', [sha256(id)]);
    }
    return { name: found.name, scope: found.scope, tokenId: found.tokenId ?? undefined, isSession: true };
  }

  async close(id: string): Promise<void> {
    await this.pool.query('DELETE FROM admin_session WHERE id_hash = $1', [sha256(id)]);
  }

  private async sweep(): Promise<void> {
    await this.pool.query(
      `DELETE FROM admin_session WHERE id_hash IN (
         SELECT id_hash FROM admin_session WHERE expires_at < now() LIMIT $1 FOR UPDATE SKIP LOCKED)`,
      [SWEEP_MAX],
    );
  }
}
