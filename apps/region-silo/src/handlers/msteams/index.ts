import { defineRegionProvider } from '../contract';
import { eventView } from '../judge-event';

/**
 * Microsoft Teams: acknowledged, nothing is kept yet. Its tokens are checked at the gateway alone, because a region fetches no
 * published keys (spec: gateway.md §2.3.9, §7.3).
 */
export const msteamsRegion = defineRegionProvider({
  provider: 'msteams',
  createHandler: () => ({
    views: new Map([
      [
        'webhook',
        eventView({
          provider: 'msteams',
          refusedStatus: 401,
          needsEventType: false,
          events: new Map(),
          verify: () => Promise.resolve(undefined),
          factsOf: () => ({}),
        }),
      ],
    ]),
  }),
});
