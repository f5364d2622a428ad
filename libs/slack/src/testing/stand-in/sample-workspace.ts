import { APP_SCOPES } from './workspace';
import type { SlackWorkspaceData } from './workspace';

/** A workspace with two people, two channels, an archived one and a private one. */
export function sampleWorkspace(teamId: string, change: Partial<SlackWorkspaceData> = {}): SlackWorkspaceData {
  return {
    teamId,
    name: `Workspace ${teamId}`,
    domain: teamId.toLowerCase(),
    botToken: `xoxb-${teamId}`,
    botUserId: 'U0BOT',
    scopes: APP_SCOPES,
    people: [
      { id: 'U1', name: 'Ada', email: 'ada@example.com' },
      { id: 'U2', name: 'Bob' },
    ],
    channels: [
      { id: 'C1', name: 'alerts' },
      { id: 'C2', name: 'general' },
      { id: 'D1', name: 'switchyard' },
      { id: 'COLD', name: 'old', isArchived: true },
      { id: 'CPRIV', name: 'secret', isPrivate: true },
    ],
    ...change,
  };
}
