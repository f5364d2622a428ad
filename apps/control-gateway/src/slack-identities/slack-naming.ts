import type { HelpContext, Wording } from '@switchyard/slack';

/** DI token of {@link SlackNaming}. */
export const SLACK_NAMING = Symbol('SLACK_NAMING');

/** How the app calls itself in Slack, and where people reach the gateway. */
export interface SlackNaming extends HelpContext, Wording {
  /** Without a slash at the end; `undefined` where nobody told: no pages can be linked to then. */
  readonly publicUrl: string | undefined;
}
