import { Inject, Injectable } from '@nestjs/common';
import type { OpenedDialog } from '@switchyard/parsers';
import { loadingView, SlackApi } from '@switchyard/slack';
import type { IssueDialog } from '@switchyard/slack';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { SlackWorkspaces } from '../slack-pages/slack-workspace-facts';

const DIALOGS: ReadonlySet<string> = new Set<IssueDialog>(['archive', 'resolve']);

/** Opens a dialog that says "Loading…" at once, because what opens it is good for three seconds; a region fills it (slack.md §5.5). */
@Injectable()
export class LoadingDialogs {
  constructor(
    private readonly workspaces: SlackWorkspaces,
    private readonly slack: SlackApi,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Does what it can: where there is no token, or Slack says no, the region opens the dialog by itself. Never rejects. */
  async open({ name, triggerId, externalId }: OpenedDialog, integrationId: string | undefined): Promise<void> {
    try {
      const workspace = integrationId === undefined ? undefined : await this.workspaces.find(integrationId);
      const token = workspace?.botToken;
      if (token === undefined || !DIALOGS.has(name)) return;
      const answer = await this.slack.openView(token, triggerId, loadingView(name as IssueDialog, externalId));
      if (answer.kind === 'ok') return;
      const reason = answer.kind === 'error' ? answer.error : answer.detail;
      this.logger.info({ dialog: name, integration_id: integrationId, reason }, 'slack_dialog.not_opened');
    } catch (error) {
      this.logger.warn({ dialog: name, integration_id: integrationId, error }, 'slack_dialog.failed');
    }
  }
}
