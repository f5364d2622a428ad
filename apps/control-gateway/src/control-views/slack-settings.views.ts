import { Inject, Injectable } from '@nestjs/common';
import type { ControlDecision } from '@switchyard/parsers';
import { ephemeral, texts } from '@switchyard/slack';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { jsonAnswer } from '../edge/answer';
import type { Answer } from '../edge/answer';
import type { EdgeRequest } from '../edge/edge-request';
import { Callbacks } from '../execute/callbacks';
import { SlackIdentityStore } from '../slack-identities/slack-identity.store';
import { SLACK_NAMING } from '../slack-identities/slack-naming';
import type { SlackNaming } from '../slack-identities/slack-naming';
import type { ControlView } from './control-views';
import { slackSender } from './slack-person';

/** Posts to a response URL after the answer was given: Slack waits three seconds for one, and for no other. */
@Injectable()
export class SlackReplies {
  constructor(
    private readonly callbacks: Callbacks,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  send(responseUrl: string | undefined, message: object): void {
    const target = responseUrl === undefined ? undefined : this.callbacks.target(responseUrl);
    if (target === undefined) return this.logger.warn({ is_given: responseUrl !== undefined }, 'slack_reply.refused');
    void this.callbacks.post(target, message).then((isTaken) => {
      if (!isTaken) this.logger.warn({ origin: target.origin }, 'slack_reply.not_taken');
    });
  }
}

/** `link` and `ignore` on the prompt below a shared link: the prompt goes away (slack.md §5.7). */
@Injectable()
export class SlackClosePromptView implements ControlView {
  readonly name = 'slack.close-prompt';

  constructor(private readonly replies: SlackReplies) {}

  answer({ inbound }: EdgeRequest, decision: ControlDecision): Promise<Answer> {
    this.replies.send(slackSender(inbound, decision)?.responseUrl, { delete_original: true });
    return Promise.resolve(jsonAnswer('control', 200));
  }
}

/** `all_slack`: somebody wants the product's notifications in Slack (slack.md §5.8). */
@Injectable()
export class SlackNotificationsView implements ControlView {
  readonly name = 'slack.notifications';

  constructor(
    private readonly identities: SlackIdentityStore,
    private readonly replies: SlackReplies,
    @Inject(SLACK_NAMING) private readonly naming: SlackNaming,
  ) {}

  async answer({ inbound }: EdgeRequest, decision: ControlDecision): Promise<Answer> {
    const sender = slackSender(inbound, decision);
    const isLinked = sender !== undefined && (await this.identities.notify(sender));
    const text = isLinked ? texts.notificationsOn() : texts.linkFirst(this.naming);
    this.replies.send(sender?.responseUrl, ephemeral(text));
    return jsonAnswer('control', 200);
  }
}
