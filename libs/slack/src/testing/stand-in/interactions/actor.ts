import type { Json } from '../arguments';
import type { SlackState } from '../slack-state';
import type { SlackWorkspaceData } from '../workspace';

/** Who does something, and where. */
export interface Actor {
  readonly teamId: string;
  readonly userId: string;
}

/** The id of the app, in every workspace. */
export const APP_ID = 'A0SWITCH';

/** What every interactive payload begins with. */
export function actorJson(state: SlackState, { teamId, userId }: Actor): Json {
  const workspace = workspaceOf(state, teamId);
  const username = (state.world.person(teamId, userId)?.name ?? userId).toLowerCase();
  return {
    user: { id: userId, username, name: username, team_id: teamId },
    api_app_id: APP_ID,
    token: 'deprecated',
    team: { id: teamId, domain: workspace.domain },
    enterprise: null,
    is_enterprise_install: false,
    trigger_id: state.triggers.issue(teamId, userId),
  };
}

/** @throws {RangeError} when there is no such workspace */
export function workspaceOf(state: SlackState, teamId: string): SlackWorkspaceData {
  const workspace = state.world.find(teamId);
  if (workspace === undefined) throw new RangeError(`there is no workspace ${teamId}`);
  return workspace;
}
