import type { DeferredDecision } from '@switchyard/parsers';
import type { DeferredOutcome } from './choose-answer';

/** What is posted to a callback: a JSON object. */
export type CallbackMessage = Readonly<Record<string, unknown>>;

const NOT_MINE = 'This no longer exists here.';
const FAILED = 'That could not be done right now. Nothing was changed.';

/** Shown to one person and, in Slack, beside the message with the button instead of in its place. */
const SLACK_EPHEMERAL = { replace_original: false, response_type: 'ephemeral' } as const;
/** The same in Discord. */
const DISCORD_EPHEMERAL = 64;

const slackText = (text: string): CallbackMessage => ({ ...SLACK_EPHEMERAL, text });
const discordText = (content: string): CallbackMessage => ({ content, flags: DISCORD_EPHEMERAL });

/** What the user is told in the end; `undefined` when a region has told them already. */
export function callbackMessage(outcome: DeferredOutcome, decision: DeferredDecision): CallbackMessage | undefined {
  const isDiscord = decision.answerMember !== undefined;
  const textOf = isDiscord ? discordText : slackText;
  switch (outcome.kind) {
    case 'nothing':
      return undefined;
    case 'post':
      return isDiscord ? outcome.message : { ...SLACK_EPHEMERAL, ...outcome.message };
    case 'not_mine':
      return textOf(NOT_MINE);
    case 'failed':
      return (decision.whenUnavailable?.json as CallbackMessage | undefined) ?? textOf(FAILED);
  }
}
