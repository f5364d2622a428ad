import { Injectable } from '@nestjs/common';
import type { HandlerSettings, Verdict } from '../handlers/contract';
import { answerSlashCommand } from '../handlers/slack/slash-command';
import type { SlackCall } from './slack-call';

/** Slash commands (spec: slack.md §6.3). */
@Injectable()
export class CommandRequests {
  answer(_call: SlackCall, text: string, settings: HandlerSettings): Promise<Verdict> {
    return Promise.resolve({ kind: 'answered', status: 200, json: answerSlashCommand(text, settings) });
  }
}
