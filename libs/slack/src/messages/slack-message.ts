/** Longest text of a section (spec: slack.md Appendix A: 3,000), with room for the sign of the cut. */
const SECTION_CHARS = 2_990;
/** Longest label of an option or button. */
export const OPTION_CHARS = 75;

/** A text in Slack's markup, or one that is shown as it is. */
export type SlackText =
  | { readonly type: 'mrkdwn'; readonly text: string }
  | { readonly type: 'plain_text'; readonly text: string; readonly emoji?: boolean };

/** One choice of a select. */
export interface SlackOption {
  readonly text: SlackText;
  readonly value: string;
}

/** What can be clicked. */
export type SlackElement =
  | {
      readonly type: 'button';
      readonly action_id: string;
      readonly text: SlackText;
      readonly value: string;
      readonly url?: string;
    }
  | {
      readonly type: 'static_select';
      readonly action_id: string;
      readonly options: readonly SlackOption[];
      readonly initial_option?: SlackOption;
    }
  | {
      readonly type: 'external_select';
      readonly action_id: string;
      readonly placeholder: SlackText;
      readonly min_query_length: 0;
      readonly initial_option?: SlackOption;
    };

/** A block of a Slack message, as far as this app writes them. */
export type MessageBlock =
  | {
      readonly type: 'section';
      readonly block_id?: string;
      readonly text: SlackText;
      readonly accessory?: SlackElement;
    }
  | { readonly type: 'context'; readonly elements: readonly SlackText[] }
  | { readonly type: 'actions'; readonly elements: readonly SlackElement[] }
  | { readonly type: 'divider' };

/** An answer that only the person who typed the command sees. */
export interface EphemeralMessage {
  readonly response_type: 'ephemeral';
  readonly replace_original: false;
  /** Shown where blocks cannot be: notifications, screen readers. */
  readonly text: string;
  readonly blocks?: readonly MessageBlock[];
}

/** A paragraph of Slack's markup, cut where Slack would refuse it. */
export function section(text: string): MessageBlock & { readonly type: 'section' } {
  return { type: 'section', text: mrkdwn(text) };
}

/** A line of small print. */
export function context(text: string): MessageBlock {
  return { type: 'context', elements: [mrkdwn(text)] };
}

/** A line between paragraphs. */
export const divider: MessageBlock = { type: 'divider' };

/** Text of Slack's markup; its values must be escaped already. */
export function mrkdwn(text: string): SlackText {
  return { type: 'mrkdwn', text: cutEscaped(text, SECTION_CHARS) };
}

/** Text that Slack shows as it is, so it is not escaped. */
export function plainText(text: string, most = OPTION_CHARS): SlackText {
  return { type: 'plain_text', text: cutText(text, most) };
}

/** One choice; a text that is too long is cut, because Slack refuses the whole list otherwise. */
export function option(text: string, value: string): SlackOption {
  return { text: plainText(text), value };
}

/** An answer for one pair of eyes. */
export function ephemeral(text: string, blocks?: readonly MessageBlock[]): EphemeralMessage {
  const message = { response_type: 'ephemeral', replace_original: false, text } as const;
  return blocks === undefined ? message : { ...message, blocks };
}

/** At most `most` UTF-16 units with an ellipsis in them; never half a character. */
export function cutText(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** Like {@link cutText}, for escaped text: never half an entity or half a link either. */
export function cutEscaped(text: string, most: number): string {
  if (text.length <= most) return text;
  const cut = text.slice(0, most - 1).replace(/&[a-z]{0,3}$/, '');
  const opened = cut.lastIndexOf('<');
  return cutText(`${opened > cut.lastIndexOf('>') ? cut.slice(0, opened) : cut} `.trimEnd() + '…', most);
}
