import type { Provider } from '@nestjs/common';
import { ChannelTeamStore } from './channel-team.store';
import { TEAM_REGION, TeamCommands } from './team-commands';

/** What channels of teams need, for a composition root. */
export const slackTeamProviders = (region: string): Provider[] => [
  { provide: TEAM_REGION, useValue: region },
  ChannelTeamStore,
  TeamCommands,
];
