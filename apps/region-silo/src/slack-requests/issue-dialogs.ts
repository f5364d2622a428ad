import { Inject, Injectable } from '@nestjs/common';
import { dialogExternalId, dialogView, SlackApi } from '@switchyard/slack';
import type { IssueDialog } from '@switchyard/slack';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import type { VisibleIssue } from './issue-access';
import type { Click, ClickPlace } from './slack-action';

/** Opens dialogs about issues (slack.md §5.5). */
@Injectable()
export class IssueDialogs {
  constructor(
    private readonly slack: SlackApi,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Fills the dialog that control has opened already, or opens one; whether there is one now. */
  async open(
    { issue, rule, workspace }: VisibleIssue,
    dialog: IssueDialog,
    click: Click,
    place: ClickPlace,
  ): Promise<boolean> {
    const { botToken, integrationId } = workspace;
    if (botToken === undefined || place.triggerId === undefined) return false;
    const externalId = dialogExternalId(place.teamId, click.actionTs ?? '');
    const view = dialogView(
      dialog,
      {
        v: 1,
        issue: issue.id,
        org: issue.organizationId,
        rule: rule?.id,
        channel_id: place.channelId,
        message_ts: place.messageTs,
        orig_response_url: place.responseUrl,
        is_unfurl: place.isUnfurl ? true : undefined,
      },
      externalId,
    );
    const filled = await this.slack.updateView(botToken, externalId, view);
    // Only where control has opened none: a trigger works once, so after any other failure it would not open one either.
    const isMissing = filled.kind === 'error' && filled.error === 'not_found';
    const answer = isMissing ? await this.slack.openView(botToken, place.triggerId, view) : filled;
    if (answer.kind === 'ok') return true;
    const reason = answer.kind === 'error' ? answer.error : answer.detail;
    this.logger.warn({ dialog, issue: issue.id, integration: integrationId, reason }, 'slack_dialog.not_opened');
    return false;
  }
}
