import type { JsonObject } from '@switchyard/parsers';
import type { CommandPlace } from '../slack-teams/team-commands';

const SLACK_ID = /^[A-Za-z0-9]{1,64}$/;

/** Who typed a slash command and where; `undefined` when Slack did not say. A grid's command may name no workspace but the grid. */
export function readCommandPlace(payload: JsonObject): CommandPlace | undefined {
  const teamId = idOf(payload['team_id']) ?? idOf(payload['enterprise_id']);
  const slackUserId = idOf(payload['user_id']);
  const channelId = idOf(payload['channel_id']);
  if (teamId === undefined || slackUserId === undefined || channelId === undefined) return undefined;
  return { teamId, slackUserId, channelId };
}

const idOf = (value: unknown): string | undefined =>
  typeof value === 'string' && SLACK_ID.test(value) ? value : undefined;
