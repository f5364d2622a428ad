import { Inject, Injectable } from '@nestjs/common';
import type { ControlDecision } from '@switchyard/parsers';
import {
  docsMessage,
  ephemeral,
  helpMessage,
  LinkTokens,
  normalizeCommand,
  supportMessage,
  texts,
} from '@switchyard/slack';
import type { EphemeralMessage, LinkPurpose } from '@switchyard/slack';
import { jsonAnswer } from '../edge/answer';
import type { Answer } from '../edge/answer';
import type { EdgeRequest } from '../edge/edge-request';
import { SlackIdentityStore } from '../slack-identities/slack-identity.store';
import { SLACK_NAMING } from '../slack-identities/slack-naming';
import type { SlackNaming } from '../slack-identities/slack-naming';
import type { ControlView } from './control-views';
import { slackSender } from './slack-person';
import type { SlackSender } from './slack-person';

/** Slash commands that need no region: the directory and the links of people are here (slack.md §6.3, §7.6). */
@Injectable()
export class SlackCommandView implements ControlView {
  readonly name = 'slack.command';

  constructor(
    private readonly identities: SlackIdentityStore,
    private readonly tokens: LinkTokens,
    @Inject(SLACK_NAMING) private readonly naming: SlackNaming,
  ) {}

  async answer({ inbound }: EdgeRequest, decision: ControlDecision): Promise<Answer> {
    const command = normalizeCommand(inbound.form()?.get('text') ?? '');
    return jsonAnswer('control', 200, await this.messageOf(command, slackSender(inbound, decision)));
  }

  private messageOf(command: string, sender: SlackSender | undefined): EphemeralMessage | Promise<EphemeralMessage> {
    const [word = ''] = command.split(' ');
    switch (word) {
      case '':
      case 'help':
        return helpMessage(this.naming);
      case 'support':
        return supportMessage(this.naming);
      case 'docs':
        return docsMessage(this.naming);
      default:
        if (command === 'link' && sender !== undefined) return this.link(sender);
        if (command === 'unlink' && sender !== undefined) return this.unlink(sender);
        return helpMessage(this.naming, command);
    }
  }

  private async link(sender: SlackSender): Promise<EphemeralMessage> {
    const identity = await this.identities.find(sender);
    if (identity !== undefined) return ephemeral(texts.alreadyLinked(`user ${identity.userId}`));
    const url = this.url('link_identity', sender);
    return ephemeral(url === undefined ? this.unavailable : texts.link(url));
  }

  private async unlink(sender: SlackSender): Promise<EphemeralMessage> {
    if ((await this.identities.find(sender)) === undefined) return ephemeral(texts.notLinkedAnyway());
    const url = this.url('unlink_identity', sender);
    return ephemeral(url === undefined ? this.unavailable : texts.unlink(this.naming, url));
  }

  private get unavailable(): string {
    return `Linking is not set up here. Ask the people who run ${this.naming.product}.`;
  }

  private url(
    purpose: LinkPurpose,
    { integrationId, teamId, slackUserId, channelId }: SlackSender,
  ): string | undefined {
    const { publicUrl } = this.naming;
    if (publicUrl === undefined) return undefined;
    const token = this.tokens.issue(purpose, { integrationId, teamId, slackUserId, channelId });
    return `${publicUrl}/extensions/slack/${purpose.replaceAll('_', '-')}/${token}/`;
  }
}
