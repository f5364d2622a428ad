import { verifyBitbucketSignature } from '@switchyard/parsers';
import { defineRegionProvider } from '../contract';
import { eventView } from '../judge-event';
import { BITBUCKET_EVENTS } from './bitbucket-events';

/**
 * Bitbucket webhooks. Where a secret is known its signature is checked once more; the sender's address cannot be, because every
 * request comes from the gateway, which has looked at it (spec: gateway.md §7.3).
 */
export const bitbucketRegion = defineRegionProvider({
  provider: 'bitbucket',
  createHandler: () => ({
    views: new Map([
      [
        'webhook',
        eventView({
          provider: 'bitbucket',
          refusedStatus: 401,
          needsEventType: true,
          events: BITBUCKET_EVENTS,
          // The address names an organization; which of its integrations sent it may not be known.
          originOf: ({ request, pass }) => pass.integrationId ?? `organization-${request.params['organization'] ?? ''}`,
          verify: ({ request, integrationSecrets: secrets }) =>
            Promise.resolve(
              secrets.length === 0
                ? undefined
                : verifyBitbucketSignature(request.body, request.header('x-hub-signature'), secrets),
            ),
          factsOf: ({ request }) => ({
            eventType: request.header('x-event-key'),
            providerDeliveryId: request.header('x-request-uuid'),
          }),
        }),
      ],
    ]),
  }),
});
