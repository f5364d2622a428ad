import { verifyGithubSignature } from '@switchyard/parsers';
import type { SignatureVerdict } from '@switchyard/parsers';
import { defineRegionProvider } from '../contract';
import type { HandlerCall } from '../contract';
import { eventView } from '../judge-event';
import type { EventProvider } from '../judge-event';
import { GITHUB_EVENTS } from './github-events';

/** Checks GitHub's signature by the given secrets; nothing to check by without any. */
function verifyBy({ request }: HandlerCall, secrets: readonly string[]): SignatureVerdict | undefined {
  if (secrets.length === 0) return undefined;
  const presented = { sha256: request.header('x-hub-signature-256'), sha1: request.header('x-hub-signature') };
  return verifyGithubSignature(request.body, presented, secrets);
}

const GITHUB: Pick<EventProvider, 'refusedStatus' | 'factsOf' | 'needsEventType' | 'events'> = {
  refusedStatus: 401,
  factsOf: ({ request }) => ({
    eventType: request.header('x-github-event'),
    providerDeliveryId: request.header('x-github-delivery'),
  }),
  needsEventType: true,
  events: GITHUB_EVENTS,
};

/**
 * GitHub webhooks (spec: gateway.md §7.3).
 *
 * The signature is checked once more over the same bytes, where this region has the secret: the gateway proves who
 * forwarded a request, GitHub's signature who wrote it.
 */
export const githubRegion = defineRegionProvider({
  provider: 'github',
  createHandler: ({ githubWebhookSecrets }) => {
    const verify = (call: HandlerCall) =>
      Promise.resolve(verifyBy(call, githubWebhookSecrets.length > 0 ? githubWebhookSecrets : call.integrationSecrets));
    return { views: new Map([['webhook', eventView({ provider: 'github', verify, ...GITHUB })]]) };
  },
});

/** GitHub servers of customers: each signs with its integration's secret; old ones do not sign (spec: gateway.md §7.3). */
export const githubEnterpriseRegion = defineRegionProvider({
  provider: 'github_enterprise',
  createHandler: () => {
    const verify = (call: HandlerCall) => {
      const verdict = verifyBy(call, call.integrationSecrets);
      const isUnsigned = verdict?.kind === 'refused' && verdict.reason === 'missing_headers';
      return Promise.resolve(isUnsigned ? undefined : verdict);
    };
    return { views: new Map([['webhook', eventView({ provider: 'github_enterprise', verify, ...GITHUB })]]) };
  },
});
