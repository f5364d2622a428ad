import { Injectable } from '@nestjs/common';
import { ActionRequests } from './action-requests';
import { CommandRequests } from './command-requests';
import { EventRequests } from './event-requests';
import { OptionLoads } from './option-loads';

/** What becomes of Slack's requests, by kind, once they are verified and read (spec: slack.md §5, §6). */
@Injectable()
export class SlackRequests {
  constructor(
    readonly actions: ActionRequests,
    readonly options: OptionLoads,
    readonly events: EventRequests,
    readonly commands: CommandRequests,
  ) {}
}

/** All of them, for a composition root. */
export const slackRequestProviders = [SlackRequests, ActionRequests, OptionLoads, EventRequests, CommandRequests];
