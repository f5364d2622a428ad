import { defineRegionProvider } from '../contract';
import { BITBUCKET_EVENTS } from '../bitbucket/bitbucket-events';
import { GITHUB_EVENTS } from '../github/github-events';
import { eventView } from '../judge-event';
import type { EventProvider } from '../judge-event';

/**
 * The webhooks of two legacy plugins, which belong to an organization and to no integration (spec: gateway.md §2.3.12). The secret is
 * an option of the organization that this region does not keep; the gateway's signature must do.
 */
const PLUGIN: Pick<EventProvider, 'provider' | 'refusedStatus' | 'needsEventType' | 'verify' | 'originOf'> = {
  provider: 'plugins',
  refusedStatus: 401,
  needsEventType: true,
  verify: () => Promise.resolve(undefined),
  originOf: ({ request }) => `organization-${request.params['organization'] ?? ''}`,
};

export const pluginsRegion = defineRegionProvider({
  provider: 'plugins',
  createHandler: () => ({
    views: new Map([
      [
        'github',
        eventView({
          ...PLUGIN,
          events: GITHUB_EVENTS,
          factsOf: ({ request }) => ({
            eventType: request.header('x-github-event'),
            providerDeliveryId: request.header('x-github-delivery'),
          }),
        }),
      ],
      [
        'bitbucket',
        eventView({
          ...PLUGIN,
          events: BITBUCKET_EVENTS,
          factsOf: ({ request }) => ({
            eventType: request.header('x-event-key'),
            providerDeliveryId: request.header('x-request-uuid'),
          }),
        }),
      ],
    ]),
  }),
});
