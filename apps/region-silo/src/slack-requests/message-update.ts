import { Inject, Injectable } from '@nestjs/common';
import { SlackApi } from '@switchyard/slack';
import type { IssueAction } from '@switchyard/slack';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { IssueMessages } from '../issue-messages/issue-messages';
import type { VisibleIssue } from './issue-access';
import { ResponseUrls } from './response-urls';
import type { ClickPlace } from './slack-action';

/** Puts an issue as it is now in the place of the message that was clicked (slack.md §5.3, step 9 to 11). */
@Injectable()
export class MessageUpdate {
  constructor(
    private readonly messages: IssueMessages,
    private readonly responseUrls: ResponseUrls,
    private readonly slack: SlackApi,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async show(
    { issue, rule, workspace }: VisibleIssue,
    place: ClickPlace,
    actions: readonly IssueAction[],
  ): Promise<void> {
    // A choice inside of a dialog has no message to replace.
    if (place.responseUrl === undefined) return;
    const { text, blocks } = await this.messages.of(issue, { integrationId: workspace.integrationId, rule, actions });
    const message = {
      ...(place.isUnfurl ? {} : { text }),
      blocks,
      delete_original: false,
      replace_original: true,
    };
    if (await this.responseUrls.send(place.responseUrl, message, 'replace')) return;
    const { channelId, messageTs, isEphemeral, isUnfurl } = place;
    const canEdit = channelId !== undefined && messageTs !== undefined && !isEphemeral && !isUnfurl;
    if (!canEdit || workspace.botToken === undefined) return;
    const edit = { token: workspace.botToken, channel: channelId, ts: messageTs, text, blocks };
    const answer = await this.slack.update(edit);
    if (answer.kind !== 'ok')
      this.logger.warn(
        { issue: issue.id, reason: answer.kind === 'error' ? answer.error : answer.detail },
        'slack_message.not_updated',
      );
  }
}
