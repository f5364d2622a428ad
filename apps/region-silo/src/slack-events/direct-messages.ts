import { Inject, Injectable } from '@nestjs/common';
import { SlackApi } from '@switchyard/slack';
import type { HelpContext, SlackAnswer } from '@switchyard/slack';
import { CommandRequests } from '../slack-requests/command-requests';
import type { SlackWorkspace } from '../slack-workspaces/slack-workspace.store';
import type { SaidMeaning, ToldMeaning } from './event-meaning';

/** DI token of what help messages name. */
export const HELP_CONTEXT = Symbol('HELP_CONTEXT');

/** Answers what people say to the app: in a direct message, or below a message that mentions it (slack.md §6.1). */
@Injectable()
export class DirectMessages {
  constructor(
    private readonly commands: CommandRequests,
    private readonly slack: SlackApi,
    @Inject(HELP_CONTEXT) private readonly help: HelpContext,
  ) {}

  tell(token: string, { channelId, text }: ToldMeaning): Promise<SlackAnswer> {
    return this.slack.post({ token, channel: channelId, text });
  }

  /** Everybody in a channel sees the answer to a mention, so links that are for one person are not given there. */
  async answer(workspace: SlackWorkspace, token: string, said: SaidMeaning): Promise<SlackAnswer> {
    const { text, channelId, teamId, slackUserId, threadTs } = said;
    const isMention = threadTs !== undefined;
    const answer =
      isMention && /^\s*(?:un)?link(?:\s+team)?\s*$/i.test(text)
        ? { text: `Type \`${this.help.slackCommand} ${text.trim().toLowerCase()}\`: the answer is for you alone.` }
        : await this.commands.reply(
            {
              text,
              integrationId: workspace.integrationId,
              place: { teamId, slackUserId, channelId },
              isDirectMessage: true,
            },
            this.help,
          );
    return this.slack.post({
      token,
      channel: channelId,
      text: answer.text,
      ...('blocks' in answer && answer.blocks !== undefined
        ? { blocks: answer.blocks.map((block) => ({ ...block })) }
        : {}),
      ...(isMention ? { threadTs } : {}),
    });
  }
}
