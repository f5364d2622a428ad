import { Inject, Injectable } from '@nestjs/common';
import { audit } from '@switchyard/audit-log';
import { inTransaction, PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { BOOTSTRAP_ACTOR } from '../access/principal';
import type { AdminScope } from '../access/scope';
import { isAdminToken, makeAdminToken, sha256 } from './admin-token';

/** A personal token, without the token. */
export interface AdminToken {
  readonly id: string;
  readonly name: string;
  readonly scope: AdminScope;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** True to the minute. */
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

/** What is wanted of a new one. */
export interface NewAdminToken {
  readonly name: string;
  readonly scope: AdminScope;
  readonly expiresInDays: number;
}

const COLUMNS = `id::text, name, scope, created_by AS "createdBy", created_at AS "createdAt", expires_at AS "expiresAt",
  last_used_at AS "lastUsedAt", revoked_at AS "revokedAt"`;
const UNIQUE_VIOLATION = '23505';

/** The personal tokens of this silo's admin API. The database's clock decides when one has expired. */
@Injectable()
export class TokenStore {
  constructor(@Inject(PG_POOL) private readonly pool: Pool) {}

  /** Makes one; `undefined` when the name is taken by one that is not revoked, or is the one of the settings' token. */
  async create(wanted: NewAdminToken, actor: string): Promise<{ record: AdminToken; token: string } | undefined> {
    if (wanted.name.toLowerCase() === BOOTSTRAP_ACTOR) return undefined;
    const token = makeAdminToken();
    try {
      return await inTransaction(this.pool, async (transaction) => {
        const { rows } = await transaction.query<AdminToken>(
          `INSERT INTO admin_token (token_hash, name, scope, created_by, expires_at)
           VALUES ($1, $2, $3, $4, now() + make_interval(days => $5)) RETURNING ${COLUMNS}`,
          [sha256(token), wanted.name, wanted.scope, actor, wanted.expiresInDays],
        );
        const record = rows[0] as AdminToken;
        const { id, name, scope, expiresAt } = record;
        await audit(transaction, actor, 'token_create', `token ${name}`, { id, scope, expiresAt });
        return { record, token };
      });
    } catch (error) {
      if ((error as { code?: unknown }).code === UNIQUE_VIOLATION) return undefined;
      throw error;
    }
  }

  /** The newest first; revoked and expired ones too. @param after id of the last one of the page before */
  async list(limit: number, after?: string): Promise<readonly AdminToken[]> {
    const { rows } = await this.pool.query<AdminToken>(
      `SELECT ${COLUMNS} FROM admin_token WHERE $2::bigint IS NULL OR id < $2 ORDER BY admin_token.id DESC LIMIT $1`,
      [limit, after ?? null],
    );
    return rows;
  }

  /** Ends one, and the sessions that were opened with it. @returns whether it was good until now */
  async revoke(id: string, actor: string): Promise<boolean> {
    return inTransaction(this.pool, async (transaction) => {
      const { rows } = await transaction.query<{ name: string }>(
        'UPDATE admin_token SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL RETURNING name',
        [id],
      );
      const [revoked] = rows;
      if (revoked === undefined) return false;
      await transaction.query('DELETE FROM admin_session WHERE token_id = $1', [id]);
      await audit(transaction, actor, 'token_revoke', `token ${revoked.name}`, { id });
      return true;
    });
  }

  /** Whose token it is, and notes that it is used; `undefined` for one that is none, has expired or was revoked. */
  async use(token: string): Promise<{ id: string; name: string; scope: AdminScope } | undefined> {
    if (!isAdminToken(token)) return undefined;
    const { rows } = await this.pool.query<{ id: string; name: string; scope: AdminScope; isStale: boolean }>(
      `SELECT id::text, name, scope, coalesce(last_used_at < now() - interval '1 minute', true) AS "isStale"
       FROM admin_token WHERE token_hash = $1 AND revoked_at IS NULL AND expires_at > now()`,
      [sha256(token)],
    );
    const [found] = rows;
    if (found?.isStale === true) {
      await this.pool.query(
        `UPDATE admin_token SET last_used_at = now()
         WHERE id = $1 AND coalesce(last_used_at < now() - interval '1 minute', true)`,
        [found.id],
      );
    }
    return found;
  }
}
