import type { Provider } from '@nestjs/common';
import type { HelpContext } from '@switchyard/slack';
import { DirectMessages, HELP_CONTEXT } from './direct-messages';
import { EventWorkStore } from './event-work.store';
import { EventWorker } from './event-worker';
import { Unfurls } from './unfurls';

/** What events of Slack need, for a composition root. */
export const slackEventProviders = ({ slackCommand, docsUrl, supportUrl }: HelpContext): Provider[] => [
  { provide: HELP_CONTEXT, useValue: { slackCommand, docsUrl, supportUrl } satisfies HelpContext },
  EventWorkStore,
  EventWorker,
  DirectMessages,
  Unfurls,
];
