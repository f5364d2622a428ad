/** Who made an answer: the value of `X-Switchyard-Answered-By`. */
export type AnsweredBy = 'control' | 'gateway' | 'region';

/** The groups that the demo reports on, in the order in which they are sent. */
export const KINDS = {
  'github-app': 'GitHub: examples of apps',
  'github-no-app': 'GitHub: examples without an installation',
  'github-sample': 'GitHub: those again, sample installation set',
  'github-repeat': 'GitHub: one delivery, sent twice',
  'slack-challenge': 'Slack: URL verification',
  'slack-command': 'Slack: slash commands',
  'slack-action': 'Slack: block actions',
  'slack-modal': 'Slack: modal submitted',
  'slack-options': 'Slack: option load',
  'slack-event': 'Slack: events',
  tracker: 'GitLab, Bitbucket, Azure DevOps',
  forged: 'Forged, broken or unknown',
} as const;

/** Key of {@link KINDS}. */
export type Kind = keyof typeof KINDS;

/** What has to become of a request. Whatever it does not name must not happen. */
export interface Expectation {
  /** Any one of them. */
  readonly statuses: readonly number[];
  /** Any one of them. */
  readonly answeredBy: readonly AnsweredBy[];
  /** Has to be part of the answer's body. */
  readonly answerIncludes?: string;
  /** Regions for which it is stored, and which receive it; sorted. */
  readonly storedFor: readonly string[];
  /** Regions that record it although it is not stored: they are asked directly, now or after the answer; sorted. */
  readonly recordedBy: readonly string[];
  /** The answer that is posted to its response URL. */
  readonly deferred?: { readonly token: string; readonly includes: string };
}

/** One request as a provider would send it (or somebody who would like to be one), with what has to become of it. */
export interface DemoRequest {
  readonly kind: Kind;
  /** For people: `push (3)`. */
  readonly label: string;
  readonly path: string;
  /** Name, value, name, value, … in the provider's order. */
  readonly headers: readonly string[];
  readonly body: Buffer;
  /** The provider's own id of the delivery: GitHub's GUID, Slack's event id. */
  readonly providerDeliveryId?: string;
  /** How often the same bytes are sent, one after the other. */
  readonly times: number;
  readonly expected: Expectation;
}

/** Expects an answer and nothing else. */
export function answerOnly(
  statuses: readonly number[],
  answeredBy: readonly AnsweredBy[],
  answerIncludes?: string,
): Expectation {
  return { statuses, answeredBy, answerIncludes, storedFor: [], recordedBy: [] };
}

/** Expects an acknowledgement and the same bytes in each of the regions. */
export function stored(status: number, regions: readonly string[]): Expectation {
  return { statuses: [status], answeredBy: ['gateway'], storedFor: [...regions].sort(), recordedBy: [] };
}
