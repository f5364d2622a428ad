import type { SignatureVerdict } from './verification';

/**
 * What a parser wants done with a request. A value: nothing has been sent, stored or answered when it is returned.
 *
 * - `reply`: the gateway answers by itself.
 * - `control`: a view of the control silo answers (`view` names it).
 * - `region`: one named region answers now.
 * - `first-region`: the first of `regions` (sorted by name) answers now.
 * - `all-regions`: every region is asked in parallel; one answer is chosen (2xx before others, then region order).
 * - `deferred`: the sender is acknowledged now; the regions are asked afterwards and the chosen answer is posted to
 *   `callbackUrl`.
 * - `mailbox`: the request is stored, one row per region, and delivered in order; the sender gets `ackStatus` once it is
 *   committed.
 */
export type RoutingDecision =
  | ReplyDecision
  | ControlDecision
  | RegionDecision
  | FirstRegionDecision
  | AllRegionsDecision
  | DeferredDecision
  | MailboxDecision;

interface Reasoned {
  /** Why, in words that an operator can use. Never holds a secret, a payload or a token. */
  readonly because: string;
  /** The same as a bounded label for metrics. */
  readonly reason: DecisionReason;
  /** What the signature check came to, for counters and logs; absent when nothing was checked. Never sent back. */
  readonly verification?: SignatureVerdict;
}

/** Closed set: it labels metrics. */
export type DecisionReason =
  | 'accepted'
  | 'bad_body'
  | 'bad_content_type'
  | 'bad_header'
  | 'bad_signature'
  | 'challenge'
  | 'control_view'
  | 'dropped_event'
  | 'install_event'
  | 'method_not_allowed'
  | 'no_integration'
  | 'no_mapping'
  | 'no_organization'
  | 'not_configured'
  | 'nothing_changed'
  | 'unknown_view';

/** Facts that every decision about a known integration carries, for explain, history and the region's guard. */
interface Addressed extends Reasoned {
  /** Absent where a request is addressed to an organization and no integration of it is known. */
  readonly integrationId?: string;
  /** Whether the sender's signature was checked here, so that the region may skip checks that depend on time. */
  readonly isVerified: boolean;
  /** What the sender is told when no region answers in time; without it, 502 or 504. */
  readonly whenUnavailable?: { readonly status: number; readonly json?: unknown };
}

export interface ReplyDecision extends Reasoned {
  readonly kind: 'reply';
  readonly status: number;
  /** A JSON value, or nothing for an empty body. Refusals use {@link refuse}, which makes a problem body. */
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ControlDecision extends Reasoned {
  readonly kind: 'control';
  /** The control view's name, `provider.view`, for example `slack.challenge`. */
  readonly view: string;
  readonly integrationId?: string;
  /** The account that the signature proves (the token's `iss`): a view may change this one and no other. */
  readonly provenExternalId?: string;
  readonly isVerified: boolean;
}

export interface RegionDecision extends Addressed {
  readonly kind: 'region';
  readonly region: string;
}

export interface FirstRegionDecision extends Addressed {
  readonly kind: 'first-region';
  /** Sorted by name, without repeats, never empty. */
  readonly regions: readonly string[];
}

export interface AllRegionsDecision extends Addressed {
  readonly kind: 'all-regions';
  /** Sorted by name, without repeats, never empty. */
  readonly regions: readonly string[];
  /** The first answer in which this member is a list that is not empty is taken at once (Slack: `option_groups`). */
  readonly listMember?: string;
}

export interface DeferredDecision extends Addressed {
  readonly kind: 'deferred';
  /** Sorted by name, without repeats, never empty. */
  readonly regions: readonly string[];
  readonly callbackUrl: string;
  readonly ackStatus: number;
  /** Body of the acknowledgement; empty when absent. */
  readonly ackJson?: unknown;
  /** The member of the region's answer that is posted (Discord: `data`); the whole answer when absent. */
  readonly answerMember?: string;
  /** Which of several answers is the one to post, where regions say by themselves how much they know. */
  readonly precedence?: AnswerPrecedence;
  /** A dialog that opens at once, before the regions are asked: what opens it is good for seconds only. */
  readonly opensDialog?: OpenedDialog;
}

/** Answers carry a word in a member, which is not posted; the word that comes first here wins, and equal ones of the first are joined. */
export interface AnswerPrecedence {
  readonly member: string;
  readonly words: readonly string[];
}

/** A dialog of Slack's. */
export interface OpenedDialog {
  readonly name: string;
  readonly triggerId: string;
  /** By which a region finds it again. */
  readonly externalId: string;
}

export interface MailboxDecision extends Addressed {
  readonly kind: 'mailbox';
  /** What the mailbox orders by: the integration's or organization's id. */
  readonly subject: string;
  /** A finer key within the subject, for example a repository id; hashed into a bucket. */
  readonly bucketKey?: string;
  /** From the provider's known set only; a mailbox of its own. */
  readonly eventType?: string;
  /** The provider's own id of this delivery (`X-GitHub-Delivery`, Slack's `event_id`), where it has one. */
  readonly providerDeliveryId?: string;
  /** Sorted by name, without repeats, never empty. */
  readonly regions: readonly string[];
  readonly ackStatus: number;
  /** Not delivered any more after this age; the gateway's own limit applies when it is absent. */
  readonly maxAgeMs?: number;
}

/** Lets one of the provider's pages or views of control answer. */
export function toControl(view: string, because: string, isVerified = false): ControlDecision {
  return { kind: 'control', view, isVerified, reason: 'control_view', because };
}

/** Answers a request that cannot be accepted, with a problem body that says why. */
export function refuse(
  status: number,
  reason: DecisionReason,
  because: string,
  headers?: Readonly<Record<string, string>>,
): ReplyDecision {
  const decision: ReplyDecision = { kind: 'reply', status, reason, because, json: { error: reason, detail: because } };
  return headers === undefined ? decision : { ...decision, headers };
}

/** Refuses every method but POST. */
export function refuseMethod(): ReplyDecision {
  return refuse(405, 'method_not_allowed', 'only POST is accepted here', { allow: 'POST' });
}

/**
 * Refuses a sender whose signature did not pass.
 *
 * The body says nothing of the check that failed: that is for our log and counters, not for somebody who guesses.
 */
export function refuseSignature(verdict: SignatureVerdict & { kind: 'refused' }, status = 401): ReplyDecision {
  return {
    kind: 'reply',
    status,
    reason: verdict.reason === 'not_configured' ? 'not_configured' : 'bad_signature',
    because: `the signature was refused: ${verdict.reason}`,
    json: { error: 'bad_signature', detail: 'the request could not be authenticated' },
    verification: verdict,
  };
}
