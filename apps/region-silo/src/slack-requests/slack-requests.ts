import { Injectable } from '@nestjs/common';
import { ActionRequests } from './action-requests';
import { CommandRequests } from './command-requests';
import { EventRequests } from './event-requests';
import { IdentityCommands } from './identity-commands';
import { IssueAccess } from './issue-access';
import { IssueDialogs } from './issue-dialogs';
import { LinkUrls } from './link-urls';
import { MembershipDecisions } from './membership-decisions';
import { MessageUpdate } from './message-update';
import { OptionLoads } from './option-loads';
import { SlackRequestLog } from './request-log';
import { ResponseUrls } from './response-urls';
import { SlackPeople } from './slack-person';

/** What becomes of Slack's requests, by kind, once they are verified and read (spec: slack.md §5, §6). */
@Injectable()
export class SlackRequests {
  constructor(
    readonly actions: ActionRequests,
    readonly options: OptionLoads,
    readonly events: EventRequests,
    readonly commands: CommandRequests,
    readonly log: SlackRequestLog,
  ) {}
}

/** All of them, for a composition root. */
export const slackRequestProviders = [
  SlackRequests,
  ActionRequests,
  OptionLoads,
  EventRequests,
  CommandRequests,
  IdentityCommands,
  IssueAccess,
  IssueDialogs,
  LinkUrls,
  MembershipDecisions,
  MessageUpdate,
  ResponseUrls,
  SlackRequestLog,
  SlackPeople,
];
