import type { Provider } from '@nestjs/common';
import type { SigningKeys } from '@switchyard/silo';
import { PageForms } from '@switchyard/slack';
import { ChannelTeamStore } from './channel-team.store';
import { TEAM_REGION, TeamCommands } from './team-commands';
import { TeamPages } from './team-pages';

/** What channels of teams need, for a composition root. */
export const slackTeamProviders = (region: string, keys: SigningKeys): Provider[] => [
  { provide: TEAM_REGION, useValue: region },
  ChannelTeamStore,
  TeamCommands,
  { provide: PageForms, useValue: new PageForms(keys) },
  TeamPages,
];
