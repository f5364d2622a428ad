import { Inject, Injectable } from '@nestjs/common';
import { DirectoryService } from '@switchyard/directory';
import { isJsonObject } from '@switchyard/parsers';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { jsonAnswer } from '../edge/answer';
import type { Answer } from '../edge/answer';
import type { EdgeRequest } from '../edge/edge-request';
import { slackAppRateLimited } from '../slack-replays/slack-replays.metrics';
import type { ControlView } from './control-views';

/**
 * Slack tells of the app itself: that it was removed, lost its bot token, or gets too many events (spec: slack.md §7.6). A removed one is
 * disabled with its installations, and its token is gone, once, in whatever order Slack says so.
 */
@Injectable()
export class SlackLifecycleView implements ControlView {
  readonly name = 'slack.lifecycle';

  constructor(
    private readonly directory: DirectoryService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async answer({ id, inbound }: EdgeRequest): Promise<Answer> {
    const body = inbound.json() ?? {};
    const event = isJsonObject(body['event']) ? body['event'] : {};
    const type = typeof event['type'] === 'string' ? event['type'] : body['type'];
    const team = body['team_id'];
    if (type === 'app_rate_limited') slackAppRateLimited.inc();
    const isGone = type === 'app_uninstalled' || (type === 'tokens_revoked' && losesBot(event['tokens']));
    const isDisabled =
      isGone &&
      typeof team === 'string' &&
      (await this.directory.removeApp('slack', team, (run) =>
        run(`INSERT INTO audit_log (actor, action, subject, detail) VALUES ('slack', 'app_removed', $1, $2)`, [
          `integration slack/${team}`,
          JSON.stringify({ event: type }),
        ]),
      ));
    // Loud: an owner has to install it again, or to know that somebody took it away.
    if (isDisabled) this.logger.error({ request_id: id, type, slack_team_id: team }, 'slack_app.removed');
    else this.logger.warn({ request_id: id, type, slack_team_id: team }, 'slack_app.changed');
    return jsonAnswer('control', 200);
  }
}

/** A user who revokes only their own token leaves the workspace installed. */
function losesBot(tokens: unknown): boolean {
  const bots = isJsonObject(tokens) ? tokens['bot'] : undefined;
  return Array.isArray(bots) && bots.length > 0;
}
