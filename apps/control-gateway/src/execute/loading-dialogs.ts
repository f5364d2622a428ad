import { Inject, Injectable } from '@nestjs/common';
import { KeyRing, PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { openSecrets } from '@switchyard/directory';
import type { OpenedDialog } from '@switchyard/parsers';
import { loadingView, SlackApi } from '@switchyard/slack';
import type { IssueDialog } from '@switchyard/slack';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';

interface Row {
  readonly external_id: string;
  readonly sealed_secrets: Buffer | null;
}

const DIALOGS: ReadonlySet<string> = new Set<IssueDialog>(['archive', 'resolve']);

/** Opens a dialog that says "Loading…" at once, because what opens it is good for three seconds; a region fills it (slack.md §5.5). */
@Injectable()
export class LoadingDialogs {
  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    private readonly keys: KeyRing,
    private readonly slack: SlackApi,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Does what it can: where there is no token, or Slack says no, the region opens the dialog by itself. Never rejects. */
  async open({ name, triggerId, externalId }: OpenedDialog, integrationId: string | undefined): Promise<void> {
    try {
      const token = integrationId === undefined ? undefined : await this.tokenOf(integrationId);
      if (token === undefined || !DIALOGS.has(name)) return;
      const answer = await this.slack.openView(token, triggerId, loadingView(name as IssueDialog, externalId));
      if (answer.kind === 'ok') return;
      const reason = answer.kind === 'error' ? answer.error : answer.detail;
      this.logger.info({ dialog: name, integration_id: integrationId, reason }, 'slack_dialog.not_opened');
    } catch (error) {
      this.logger.warn({ dialog: name, integration_id: integrationId, error }, 'slack_dialog.failed');
    }
  }

  private async tokenOf(integrationId: string): Promise<string | undefined> {
    const { rows } = await this.pool.query<Row>(
      `SELECT external_id, sealed_secrets FROM integration WHERE id = $1 AND provider = 'slack' AND status = 0`,
      [integrationId],
    );
    const [row] = rows;
    if (row?.sealed_secrets == null) return undefined;
    return openSecrets(this.keys, 'slack', row.external_id, row.sealed_secrets).accessToken;
  }
}
