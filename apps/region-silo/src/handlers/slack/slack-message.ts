/** A block of a Slack message, as far as this app writes them. */
export type SlackBlock =
  | { readonly type: 'section'; readonly text: { readonly type: 'mrkdwn'; readonly text: string } }
  | { readonly type: 'divider' };

/** An answer that only the person who typed the command sees. */
export interface EphemeralMessage {
  readonly response_type: 'ephemeral';
  readonly replace_original: false;
  /** Shown where blocks cannot be: notifications, screen readers. */
  readonly text: string;
  readonly blocks?: readonly SlackBlock[];
}

/** A paragraph of Slack's markup. */
export function section(text: string): SlackBlock {
  return { type: 'section', text: { type: 'mrkdwn', text } };
}

/** A line between paragraphs. */
export const divider: SlackBlock = { type: 'divider' };

/** An answer for one pair of eyes. */
export function ephemeral(text: string, blocks?: readonly SlackBlock[]): EphemeralMessage {
  const message = { response_type: 'ephemeral', replace_original: false, text } as const;
  return blocks === undefined ? message : { ...message, blocks };
}
