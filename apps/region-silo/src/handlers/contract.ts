import type { Transaction } from '@switchyard/database';
import type { InboundRequest } from '@switchyard/parsers';
import type { SlackRequests } from '../slack-requests/slack-requests';

/** What the region guard proved about a request: all of it is signed by control. */
export interface GatewayPass {
  /** The same over all attempts of one delivery. */
  readonly deliveryId: string;
  readonly integrationId: string | undefined;
  /** Whether the gateway has checked the sender's signature, freshness included. */
  readonly isVerified: boolean;
}

/** One request, as a handler reads it. */
export interface HandlerCall {
  readonly request: InboundRequest;
  readonly pass: GatewayPass;
  /** The webhook secrets of the integration that this region knows, current first; empty when it knows none. */
  readonly integrationSecrets: readonly string[];
  /** Milliseconds since the Unix epoch at which the request came. */
  readonly nowMs: number;
}

/** Facts about the request for its record; known as far as the handler got. */
export interface DeliveryFacts {
  readonly eventType?: string;
  /** The provider's own id of the delivery; one that took effect before makes this one a duplicate. */
  readonly providerDeliveryId?: string;
  /** Whether this region had nothing to check the sender by, so that the gateway's word is all there is. */
  readonly isSenderUnchecked?: boolean;
}

/** Changes of the region's data; runs inside the transaction that also writes the delivery record. */
export type ApplyChanges = (transaction: Transaction) => Promise<void>;

/**
 * What a handler makes of a request. A value: nothing has been written or answered when it is returned.
 *
 * - `handled`: `apply` (if any) takes effect once, together with the record.
 * - `ignored`: fine, but nothing that this region keeps.
 * - `rejected`: will never be taken as it is; the sender must not repeat it.
 * - `answered`: the sender waits for `json`; nothing is recorded.
 */
export type Verdict = HandledVerdict | IgnoredVerdict | RejectedVerdict | AnsweredVerdict;

/** See {@link Verdict}. */
export interface HandledVerdict extends DeliveryFacts {
  readonly kind: 'handled';
  readonly status: number;
  readonly apply?: ApplyChanges;
}

/** See {@link Verdict}. */
export interface IgnoredVerdict extends DeliveryFacts {
  readonly kind: 'ignored';
  readonly status: number;
  readonly because: string;
}

/** See {@link Verdict}. */
export interface RejectedVerdict extends DeliveryFacts {
  readonly kind: 'rejected';
  readonly status: number;
  /** Class of the reason, for the sender: `bad_signature`. */
  readonly error: string;
  /** Why, in words that an operator can use; never holds a value of the payload. */
  readonly because: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** See {@link Verdict}. */
export interface AnsweredVerdict {
  readonly kind: 'answered';
  readonly status: number;
  readonly json: unknown;
}

/** One view of a provider that this region serves. */
export interface RegionView {
  /** Whether a delivery record is kept; not where the sender waits for a text. */
  readonly isRecorded: boolean;
  /** `POST` alone when absent. */
  readonly methods?: readonly string[];
  /** Verifies, reads and judges; writes nothing. Throws only on a bug. */
  judge(call: HandlerCall): Verdict | Promise<Verdict>;
}

/** One provider's part of the region. */
export interface RegionHandler {
  /** By the names that the provider's parser gives them; paths and body limits are the parser's, too. */
  readonly views: ReadonlyMap<string, RegionView>;
}

/** What handlers need of the settings. */
export interface HandlerSettings {
  readonly githubWebhookSecrets: readonly string[];
  readonly slackSigningSecrets: readonly string[];
  readonly discordPublicKeys: readonly string[];
  readonly slackCommand: string;
  readonly docsUrl: string | undefined;
  readonly supportUrl: string | undefined;
  readonly slackRequests: SlackRequests;
}

/** A provider with a handler. */
export interface RegionProvider {
  /** Provider key, with underscores: `github_enterprise`. */
  readonly provider: string;
  createHandler(settings: HandlerSettings): RegionHandler;
}

/** Declares the region's side of a provider; keeps the literal type of its key. */
export function defineRegionProvider<const Key extends string>(
  provider: RegionProvider & { readonly provider: Key },
): RegionProvider & { readonly provider: Key } {
  return provider;
}
