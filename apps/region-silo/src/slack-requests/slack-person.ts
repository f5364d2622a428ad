import { Inject, Injectable } from '@nestjs/common';
import { PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { MEMBER_COLUMNS } from '../organizations/member';
import type { Member } from '../organizations/member';
import { SlackIdentityStore } from '../slack-workspaces/slack-identity.store';

/** Who somebody in Slack is to an organization. */
export type SlackPerson =
  | { readonly kind: 'member'; readonly member: Member }
  /** `email`: the account's, as far as this region knows it. */
  | { readonly kind: 'no_member'; readonly email: string | undefined }
  | { readonly kind: 'not_linked' };

/** Finds who somebody in Slack is (slack.md §4.6). */
@Injectable()
export class SlackPeople {
  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    private readonly identities: SlackIdentityStore,
  ) {}

  async find(integrationId: string, slackUserId: string, organizationId: string): Promise<SlackPerson> {
    const userId = await this.identities.userOf(integrationId, slackUserId);
    if (userId === undefined) return { kind: 'not_linked' };
    // The member row of this organization first; any other one knows the account's address at least.
    const { rows } = await this.pool.query<Member>(
      `SELECT ${MEMBER_COLUMNS} FROM member WHERE user_id = $1 ORDER BY organization_id <> $2 LIMIT 1`,
      [userId, organizationId],
    );
    const [known] = rows;
    if (known?.organizationId === organizationId) return { kind: 'member', member: known };
    return { kind: 'no_member', email: known?.email };
  }
}
