import { APP_SCOPES } from '@switchyard/slack/testing';
import type { SlackPerson, SlackWorkspaceData } from '@switchyard/slack/testing';

const ADA: SlackPerson = { id: 'U0ADA', name: 'Ada', email: 'ada@example.com' };
const GRACE: SlackPerson = { id: 'U0GRACE', name: 'Grace', email: 'grace@example.com' };
const LINUS: SlackPerson = { id: 'U0LINUS', name: 'Linus', email: 'linus@example.com' };
const DIRECT = { id: 'D0SWITCH', name: 'Switchyard' };

/** A workspace that two organizations share, one in each region. */
export const SLACK_SHARED = 'T0SWITCH';
/** A workspace of one organization of `de`. */
export const SLACK_DE = 'T0GLOBEX';

/** The workspaces of the sample directory. Their tokens open nothing but a stand-in. */
export const SLACK_SAMPLES: readonly SlackWorkspaceData[] = [
  {
    ...{ teamId: SLACK_SHARED, name: 'Acme and Globex', domain: 'acme-globex', botUserId: 'U0BOT' },
    ...{ botToken: 'xoxb-stand-in-shared', scopes: APP_SCOPES, people: [ADA, GRACE, LINUS] },
    channels: [
      { id: 'C0ALERTS', name: 'alerts' },
      { id: 'C0GLOBEX', name: 'globex-alerts' },
      { id: 'C0GENERAL', name: 'general' },
      { id: 'C0OLD', name: 'old-alerts', isArchived: true },
      DIRECT,
    ],
  },
  {
    ...{ teamId: SLACK_DE, name: 'Globex', domain: 'globex', botUserId: 'U0BOT' },
    ...{ botToken: 'xoxb-stand-in-globex', scopes: APP_SCOPES, people: [GRACE, LINUS] },
    channels: [{ id: 'C0ONCALL', name: 'on-call' }, { id: 'C0RANDOM', name: 'random' }, DIRECT],
  },
];
