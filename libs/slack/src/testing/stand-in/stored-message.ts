import type { Json } from './arguments';

/** A message as the stand-in keeps it; its first fields are what specs look at. */
export interface StoredMessage {
  /** Of the app that posted it; empty for people's messages. */
  readonly token: string;
  readonly channel: string;
  readonly ts: string;
  readonly text: string;
  readonly threadTs: string | undefined;
  /** As they were sent. */
  readonly fields: Readonly<Record<string, string>>;
  readonly teamId: string;
  /** Who wrote it. */
  readonly authorId: string;
  /** With the ids that Slack gives where there are none. */
  readonly blocks: readonly Json[];
  readonly isBroadcast: boolean;
  readonly isEdited: boolean;
  readonly metadata: Json | undefined;
  /** The only person who sees it; `undefined` for everybody. */
  readonly visibleTo: string | undefined;
  /** What Slack shows below when a click was not answered. */
  readonly warning: string | undefined;
  readonly unfurls: readonly { readonly url: string; readonly blocks: readonly Json[] }[];
}
