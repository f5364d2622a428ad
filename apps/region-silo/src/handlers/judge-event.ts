import type { SignatureVerdict } from '@switchyard/parsers';
import type { DeliveryFacts, HandlerCall, RegionView, RejectedVerdict, Verdict } from './contract';
import type { ProviderEvent } from './provider-event';

/** GitHub's event names have at most 40 characters, delivery ids 36; much longer ones are nobody's. */
const FACT_CHARS_MAX = 100;

/** How a provider's webhooks are read. */
export interface EventProvider {
  readonly provider: string;
  /** Checks the sender once more; `undefined` where this region has nothing to check it by. */
  readonly verify: (call: HandlerCall) => Promise<SignatureVerdict | undefined>;
  /** Status for a sender that is refused: 401, or 409 where only that stops the sender's repeats (gateway.md §7.3). */
  readonly refusedStatus: 401 | 409 | 400;
  readonly factsOf: (call: HandlerCall) => DeliveryFacts;
  /** Whose facts they are, where the gateway may name no integration; the integration when absent or `undefined`. */
  readonly originOf?: (call: HandlerCall) => string | undefined;
  /** Whether a request without event type is broken. */
  readonly needsEventType: boolean;
  /** Of which events this region keeps something, by type; `''` for a provider that has but one. */
  readonly events: ReadonlyMap<string, ProviderEvent>;
}

/** A view that takes webhooks: verifies, reads, and says what changes. */
export function eventView(provider: EventProvider): RegionView {
  return { isRecorded: true, judge: (call) => judge(provider, call) };
}

async function judge(provider: EventProvider, call: HandlerCall): Promise<Verdict> {
  const { request, pass, nowMs } = call;
  const given = provider.factsOf(call);
  const verdict = await provider.verify(call);
  const facts = {
    eventType: usable(given.eventType),
    providerDeliveryId: usable(given.providerDeliveryId),
    isSenderUnchecked: verdict === undefined,
  };
  const reject = (status: number, error: string, because: string): RejectedVerdict => ({
    kind: 'rejected',
    status,
    error,
    because,
    ...facts,
  });

  if (verdict?.kind === 'refused') {
    return reject(provider.refusedStatus, 'bad_signature', `the sender was refused: ${verdict.reason}`);
  }
  if (provider.needsEventType && facts.eventType === undefined) {
    return reject(400, 'bad_header', 'the header that names the event is missing or too long');
  }
  const integrationId = provider.originOf?.(call) ?? pass.integrationId;
  if (integrationId === undefined) return reject(400, 'no_integration', 'the gateway named no integration');

  const event = provider.events.get(facts.eventType ?? '');
  if (event === undefined) return { kind: 'ignored', status: 204, because: 'no handler for this event', ...facts };
  const payload = request.json();
  if (payload === undefined) return reject(400, 'bad_body', 'the body is not a JSON object');

  const reading = event(payload, { provider: provider.provider, integrationId, nowMs });
  switch (reading.kind) {
    case 'changes':
      return { kind: 'handled', status: 204, apply: reading.apply, ...facts };
    case 'nothing':
      return { kind: 'ignored', status: 204, because: reading.because, ...facts };
    case 'invalid':
      return reject(400, 'bad_payload', reading.because);
  }
}

/** Header values cannot hold a NUL: Node.js refuses such requests. */
const usable = (value: string | undefined): string | undefined =>
  value !== undefined && value !== '' && value.length <= FACT_CHARS_MAX ? value : undefined;
