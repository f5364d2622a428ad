import { mayDo } from '../organizations/member';
import type { TeamRights } from './channel-team.store';

/** Whether somebody may link any team of the organization (slack.md §6.3): admins, managers and owners. */
export function mayLinkEveryTeam({ role }: Pick<TeamRights, 'role'>): boolean {
  return mayDo(role, 'team:admin');
}

/** Whether somebody may link some team of the organization. */
export function mayLinkTeams(rights: Pick<TeamRights, 'isTeamAdmin' | 'role'>): boolean {
  return mayLinkEveryTeam(rights) || rights.isTeamAdmin;
}
