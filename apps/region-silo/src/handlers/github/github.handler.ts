import { verifyGithubSignature } from '@switchyard/parsers';
import { defineRegionProvider } from '../contract';
import type { DeliveryFacts, HandlerCall, RejectedVerdict, Verdict } from '../contract';
import { GITHUB_EVENTS } from './github-events';

/** GitHub's event names have at most 40 characters, its delivery ids 36; more is not GitHub. */
const FACT_CHARS_MAX = 100;

/**
 * GitHub webhooks (spec: gateway.md §7.3).
 *
 * The signature is checked once more over the same bytes, where this region has the secret: the gateway proves who
 * forwarded a request, GitHub's signature who wrote it.
 */
export const githubRegion = defineRegionProvider({
  provider: 'github',
  createHandler: ({ githubWebhookSecrets }) => ({
    views: new Map([['webhook', { isRecorded: true, judge: (call) => judgeWebhook(call, githubWebhookSecrets) }]]),
  }),
});

function judgeWebhook({ request, pass, nowMs }: HandlerCall, secrets: readonly string[]): Verdict {
  const facts = factsOf(request.header('x-github-event'), request.header('x-github-delivery'));
  const reject = (status: number, error: string, because: string): RejectedVerdict => ({
    kind: 'rejected',
    status,
    error,
    because,
    ...facts,
  });

  if (secrets.length > 0) {
    const presented = { sha256: request.header('x-hub-signature-256'), sha1: request.header('x-hub-signature') };
    const signature = verifyGithubSignature(request.body, presented, secrets);
    if (signature.kind === 'refused') return reject(401, 'bad_signature', `GitHub's signature: ${signature.reason}`);
  }
  if (facts.eventType === undefined) return reject(400, 'bad_header', 'X-GitHub-Event is missing or too long');
  if (pass.integrationId === undefined) return reject(400, 'no_integration', 'the gateway named no integration');

  const event = GITHUB_EVENTS.get(facts.eventType);
  if (event === undefined) return { kind: 'ignored', status: 204, because: 'no handler for this event', ...facts };

  const payload = request.json();
  if (payload === undefined) return reject(400, 'bad_body', 'the body is not a JSON object');

  const reading = event(payload, { provider: 'github', integrationId: pass.integrationId, nowMs });
  switch (reading.kind) {
    case 'changes':
      return { kind: 'handled', status: 204, apply: reading.apply, ...facts };
    case 'nothing':
      return { kind: 'ignored', status: 204, because: reading.because, ...facts };
    case 'invalid':
      return reject(400, 'bad_payload', reading.because);
  }
}

function factsOf(eventType: string | undefined, providerDeliveryId: string | undefined): DeliveryFacts {
  return { eventType: usable(eventType), providerDeliveryId: usable(providerDeliveryId) };
}

/** Header values cannot hold a NUL: Node.js refuses such requests. */
const usable = (value: string | undefined): string | undefined =>
  value !== undefined && value !== '' && value.length <= FACT_CHARS_MAX ? value : undefined;
