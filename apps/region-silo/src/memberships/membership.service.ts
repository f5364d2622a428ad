import { Inject, Injectable } from '@nestjs/common';
import { inTransaction, PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { mayDo, mayGive } from '../organizations/member';
import type { Member, Role } from '../organizations/member';

/** Somebody who is to become a member. */
export interface MembershipRequest {
  readonly id: string;
  readonly organizationId: string;
  readonly kind: 'invite' | 'join';
  readonly email: string;
  readonly name: string;
  /** The account, of those who asked by themselves. */
  readonly userId: string | null;
  readonly role: Role;
  readonly state: 'approved' | 'open' | 'rejected';
}

/** What became of a decision. */
export type DecisionResult =
  | { readonly kind: 'decided'; readonly request: MembershipRequest }
  | { readonly kind: 'gone' }
  | { readonly kind: 'may_not_decide' }
  | { readonly kind: 'role_too_high'; readonly role: Role };

const COLUMNS = `id::text, organization_id::text AS "organizationId", kind, email, name, user_id::text AS "userId", role, state`;

/** Requests for membership and the decisions on them (slack.md §5.6). */
@Injectable()
export class MembershipService {
  constructor(@Inject(PG_POOL) private readonly pool: Pool) {}

  /** Idempotent; one that is decided stays so. False when there is no such organization, or the request is another one's. */
  async put(request: Omit<MembershipRequest, 'state'>): Promise<boolean> {
    const { id, organizationId, kind, email, name, userId, role } = request;
    const { rowCount } = await this.pool.query(
      `INSERT INTO membership_request (id, organization_id, kind, email, name, user_id, role)
       SELECT $1, organization.id, $3, $4, $5, $6, $7 FROM organization WHERE organization.id = $2
       ON CONFLICT (id) DO UPDATE SET email = excluded.email, name = excluded.name, role = excluded.role
       WHERE membership_request.organization_id = excluded.organization_id`,
      [id, organizationId, kind, email, name, userId, role],
    );
    return rowCount === 1;
  }

  async find(organizationId: string, id: string): Promise<MembershipRequest | undefined> {
    const { rows } = await this.pool.query<MembershipRequest>(
      `SELECT ${COLUMNS} FROM membership_request WHERE id = $1 AND organization_id = $2`,
      [id, organizationId],
    );
    return rows[0];
  }

  /** A page, the newest first. */
  async list(organizationId: string, limit: number, after: string | undefined): Promise<readonly MembershipRequest[]> {
    const { rows } = await this.pool.query<MembershipRequest>(
      `SELECT ${COLUMNS} FROM membership_request WHERE organization_id = $1 AND ($3::bigint IS NULL OR membership_request.id < $3)
       ORDER BY membership_request.id DESC LIMIT $2`,
      [organizationId, limit, after ?? null],
    );
    return rows;
  }

  /** Decides once: whoever comes second finds it gone. Somebody who asked to join and is approved is a member at once. */
  decide(id: string, decision: 'approve' | 'reject', by: Member): Promise<DecisionResult> {
    return inTransaction(this.pool, async (transaction): Promise<DecisionResult> => {
      const { rows } = await transaction.query<MembershipRequest>(
        `SELECT ${COLUMNS} FROM membership_request WHERE id = $1 AND organization_id = $2 AND state = 'open' FOR UPDATE`,
        [id, by.organizationId],
      );
      const [request] = rows;
      if (request === undefined) return { kind: 'gone' };
      if (!mayDo(by.role, 'member:admin')) return { kind: 'may_not_decide' };
      if (decision === 'approve' && !mayGive(by.role, request.role))
        return { kind: 'role_too_high', role: request.role };
      const state = decision === 'approve' ? 'approved' : 'rejected';
      await transaction.query(
        'UPDATE membership_request SET state = $2, decided_by = $3, decided_at = now() WHERE id = $1',
        [id, state, by.userId],
      );
      if (state === 'approved' && request.userId !== null) {
        await transaction.query(
          `INSERT INTO member (organization_id, user_id, email, name, role) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (organization_id, user_id) DO NOTHING`,
          [request.organizationId, request.userId, request.email, request.name, request.role],
        );
      }
      return { kind: 'decided', request: { ...request, state } };
    });
  }
}
