import { readGitlabToken, verifySharedSecret } from '@switchyard/parsers';
import { defineRegionProvider } from '../contract';
import type { HandlerCall } from '../contract';
import { eventView } from '../judge-event';
import { GITLAB_EVENTS } from './gitlab-events';

/** GitLab webhooks: the third part of the token is compared once more; 409 stops the repeats (spec: gateway.md §7.3). */
export const gitlabRegion = defineRegionProvider({
  provider: 'gitlab',
  createHandler: () => ({
    views: new Map([
      [
        'webhook',
        eventView({
          provider: 'gitlab',
          refusedStatus: 409,
          needsEventType: true,
          events: GITLAB_EVENTS,
          verify: (call) => Promise.resolve(verify(call)),
          factsOf: ({ request }) => ({
            eventType: request.header('x-gitlab-event'),
            providerDeliveryId: request.header('idempotency-key') ?? request.header('x-gitlab-webhook-uuid'),
          }),
        }),
      ],
    ]),
  }),
});

function verify({ request, integrationSecrets }: HandlerCall) {
  if (integrationSecrets.length === 0) return undefined;
  const token = readGitlabToken(request.header('x-gitlab-token'));
  return verifySharedSecret(token.kind === 'token' ? token.secret : undefined, integrationSecrets);
}
