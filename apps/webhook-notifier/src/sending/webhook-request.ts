import { encodeEvent } from './platform-event';
import type { PlatformEvent } from './platform-event';
import { hookSignature, standardSignatures } from './signature';
import { thinData } from './thin-data';

/** The secrets that an app's receiver may verify with; the first is the current one. */
export interface AppSecrets {
  /** 64 hex characters. */
  readonly client: string;
  /** The one before, while receivers may still use it. */
  readonly previousClient?: string | undefined;
  /** `whsec_…`; during a rotation the old one too. */
  readonly standard: readonly string[];
}

/** What one attempt is made of. */
export interface WebhookRequestInput {
  readonly event: PlatformEvent;
  readonly secrets: AppSecrets;
  /** The same for every attempt of a delivery. */
  readonly deliveryId: string;
  /** 32 hex digits, new for each attempt. */
  readonly requestId: string;
  readonly nowMs: number;
  /** `Sentry` makes `Sentry-Hook-Resource`. */
  readonly headerPrefix: string;
  readonly userAgent: string;
  readonly isAscii?: boolean;
  /** Somebody asked for it again. */
  readonly isReplay?: boolean;
}

/** Headers and bytes, made once; the same object is sent, stored and logged. */
export interface WebhookRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Serializes once, signs those bytes, and names them (spec: outgoing-webhooks.md §1.6). */
/** Above this the body tells only what it is about. */
const BODY_MAX_BYTES = 1_048_576;

/** Builds one attempt: what is signed is what is sent. */
export function buildWebhookRequest(input: WebhookRequestInput): WebhookRequest {
  const { event, secrets, deliveryId, requestId, nowMs, headerPrefix, userAgent } = input;
  const whole = encodeEvent(event, input.isAscii);
  const isTooLarge = whole.length > BODY_MAX_BYTES;
  const body = isTooLarge ? encodeEvent({ ...event, data: thinData(event.data) }, input.isAscii) : whole;
  const timestampSeconds = Math.trunc(nowMs / 1000);
  const headers = {
    'Content-Type': 'application/json',
    'User-Agent': userAgent,
    'Request-ID': requestId,
    [`${headerPrefix}-Hook-Resource`]: event.resource,
    [`${headerPrefix}-Hook-Timestamp`]: String(timestampSeconds),
    [`${headerPrefix}-Hook-Signature`]: hookSignature(secrets.client, body),
    ...(secrets.previousClient === undefined
      ? {}
      : { [`${headerPrefix}-Hook-Signature-Previous`]: hookSignature(secrets.previousClient, body) }),
    ...(input.isReplay === true ? { 'webhook-replay': 'true' } : {}),
    'webhook-id': deliveryId,
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': standardSignatures(secrets.standard, { id: deliveryId, timestampSeconds, body }),
  };
  return { headers, body };
}
