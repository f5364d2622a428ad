import { verifySharedSecret } from '@switchyard/parsers';
import type { JsonObject } from '@switchyard/parsers';
import { defineRegionProvider } from '../contract';
import { eventView } from '../judge-event';
import { workItemUpdated } from './work-item-updated.event';

const textAt = (body: JsonObject | undefined, name: string): string | undefined => {
  const value = body?.[name];
  return typeof value === 'string' ? value : undefined;
};

/** Azure DevOps: changes of work items; the shared secret is compared once more (spec: gateway.md §7.3). */
export const vstsRegion = defineRegionProvider({
  provider: 'vsts',
  createHandler: () => ({
    views: new Map([
      [
        'issue-updated',
        eventView({
          provider: 'vsts',
          refusedStatus: 401,
          needsEventType: false,
          events: new Map([['workitem.updated', workItemUpdated]]),
          verify: ({ request, integrationSecrets: secrets }) =>
            Promise.resolve(
              secrets.length === 0 ? undefined : verifySharedSecret(request.header('shared-secret'), secrets),
            ),
          factsOf: ({ request }) => ({
            eventType: textAt(request.json(), 'eventType'),
            providerDeliveryId: textAt(request.json(), 'id'),
          }),
        }),
      ],
    ]),
  }),
});
