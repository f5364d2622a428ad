import { Inject, Injectable } from '@nestjs/common';
import { PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { texts } from '@switchyard/slack';
import { SLACK_THREAD_SETTINGS } from '../slack-threads/slack-thread.settings';
import type { SlackThreadSettings } from '../slack-threads/slack-thread.settings';
import type { CommandPlace } from '../slack-teams/team-commands';
import { SlackIdentityStore } from '../slack-workspaces/slack-identity.store';
import type { SlackWorkspace } from '../slack-workspaces/slack-workspace.store';
import { SLACK_COMMAND } from './issue-access';
import { LinkUrls } from './link-urls';

/** Answers `link` and `unlink` (slack.md §6.3), by what control has told this region of people. */
@Injectable()
export class IdentityCommands {
  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    private readonly identities: SlackIdentityStore,
    private readonly links: LinkUrls,
    @Inject(SLACK_THREAD_SETTINGS) private readonly naming: SlackThreadSettings,
    @Inject(SLACK_COMMAND) private readonly slackCommand: string,
  ) {}

  async link({ integrationId }: SlackWorkspace, place: CommandPlace): Promise<string> {
    const userId = await this.identities.userOf(integrationId, place.slackUserId);
    if (userId !== undefined) return texts.alreadyLinked(await this.accountOf(userId));
    const url = this.links.of('link_identity', { integrationId, ...place });
    return url === undefined ? texts.notDone(this.wording) : texts.link(url);
  }

  async unlink({ integrationId }: SlackWorkspace, place: CommandPlace): Promise<string> {
    const userId = await this.identities.userOf(integrationId, place.slackUserId);
    if (userId === undefined) return texts.notLinkedAnyway();
    const url = this.links.of('unlink_identity', { integrationId, ...place });
    return url === undefined ? texts.notDone(this.wording) : texts.unlink(this.wording, url);
  }

  /** The address, where an organization of this region has the person. */
  private async accountOf(userId: string): Promise<string> {
    const { rows } = await this.pool.query<{ email: string }>('SELECT email FROM member WHERE user_id = $1 LIMIT 1', [
      userId,
    ]);
    return rows[0]?.email ?? `user ${userId}`;
  }

  private get wording() {
    return { product: this.naming.productName, slackCommand: this.slackCommand };
  }
}
