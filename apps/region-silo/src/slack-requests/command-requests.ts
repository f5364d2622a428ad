import { Inject, Injectable } from '@nestjs/common';
import { docsMessage, ephemeral, helpMessage, normalizeCommand, supportMessage, texts } from '@switchyard/slack';
import type { EphemeralMessage, HelpContext } from '@switchyard/slack';
import type { HandlerSettings, Verdict } from '../handlers/contract';
import { SLACK_THREAD_SETTINGS } from '../slack-threads/slack-thread.settings';
import type { SlackThreadSettings } from '../slack-threads/slack-thread.settings';
import { TeamCommands } from '../slack-teams/team-commands';
import type { CommandPlace, TeamOutcome } from '../slack-teams/team-commands';
import { SlackWorkspaceStore } from '../slack-workspaces/slack-workspace.store';
import type { SlackWorkspace } from '../slack-workspaces/slack-workspace.store';
import { IdentityCommands } from './identity-commands';
import type { SlackCall } from './slack-call';
import { readCommandPlace } from './slack-command';

/** What a command is answered with. The outcome is for the gateway, which hears several regions; it takes it out. */
export interface CommandAnswer extends EphemeralMessage {
  readonly switchyard_outcome?: TeamOutcome;
}

/** Somebody typed something, as a command or in a direct message. */
export interface TypedCommand {
  readonly text: string;
  readonly integrationId: string | undefined;
  /** `undefined` when Slack did not say who or where. */
  readonly place: CommandPlace | undefined;
  readonly isDirectMessage: boolean;
}

/** Slash commands (spec: slack.md §6.3); what is typed in a direct message means the same. */
@Injectable()
export class CommandRequests {
  constructor(
    private readonly workspaces: SlackWorkspaceStore,
    private readonly teams: TeamCommands,
    private readonly people: IdentityCommands,
    @Inject(SLACK_THREAD_SETTINGS) private readonly naming: SlackThreadSettings,
  ) {}

  async answer({ payload, pass }: SlackCall, text: string, settings: HandlerSettings): Promise<Verdict> {
    const isDirectMessage = payload['channel_name'] === 'directmessage';
    const place = readCommandPlace(payload);
    const typed = { text, integrationId: pass.integrationId, place, isDirectMessage };
    const isAskedForLinks = needsPlace(text);
    if (isAskedForLinks && place === undefined)
      return { kind: 'rejected', status: 400, error: 'bad_body', because: 'the command names no user or no channel' };
    return { kind: 'answered', status: 200, json: await this.reply(typed, settings) };
  }

  /** What is said about it. */
  async reply(
    { text, integrationId, place, isDirectMessage }: TypedCommand,
    help: HelpContext,
  ): Promise<CommandAnswer> {
    const normalized = normalizeCommand(text);
    const [command = '', argument] = normalized.split(' ');
    if (command === '' || command === 'help') return helpMessage(help);
    if (command === 'support') return supportMessage(help);
    if (command === 'docs') return docsMessage(help);
    if ((command !== 'link' && command !== 'unlink') || (argument !== undefined && argument !== 'team'))
      return helpMessage(help, normalized);
    if (argument === 'team' && isDirectMessage) return ephemeral(texts.useAChannel());
    const workspace = await this.workspace(integrationId);
    if (workspace === undefined || place === undefined)
      return ephemeral(texts.disconnected({ product: this.naming.productName, slackCommand: help.slackCommand }));
    if (argument === undefined) return ephemeral(await this.people[command](workspace, place));
    const { outcome, text: said } = await this.teams[command](workspace, place);
    return { ...ephemeral(said), switchyard_outcome: outcome };
  }

  /** One that is disabled is as one that is unknown (slack.md §8.4, 75). */
  private async workspace(integrationId: string | undefined): Promise<SlackWorkspace | undefined> {
    const found = integrationId === undefined ? undefined : await this.workspaces.find(integrationId);
    return found?.isActive === true ? found : undefined;
  }
}

/** Commands whose answer is about somebody. */
function needsPlace(text: string): boolean {
  const [command, argument] = normalizeCommand(text).split(' ');
  return (command === 'link' || command === 'unlink') && (argument === undefined || argument === 'team');
}
