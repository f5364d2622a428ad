import { verifyBitbucketSignature } from '@switchyard/parsers';
import { z } from 'zod';
import { storeCommits } from '../../code-hosts/code-host.store';
import { defineRegionProvider } from '../contract';
import { eventView } from '../judge-event';
import { externalId, requiredName } from '../payload-fields';
import { defineEvent } from '../provider-event';

const repository = z
  .object({ id: externalId, slug: requiredName, project: z.object({ key: requiredName }) })
  .transform((value) => ({ externalId: value.id, name: `${value.project.key}/${value.slug}`, url: null }));

/** `repo:refs_changed` names the branches and not their commits: it tells that a repository is there, and what it is called. */
const refsChanged = defineEvent(z.object({ repository }), (facts, origin) => ({
  kind: 'changes',
  apply: (transaction) => storeCommits(transaction, origin, { repository: facts.repository, branch: '', commits: [] }),
}));

/** Webhooks of Bitbucket servers that customers run (spec: gateway.md §7.3). */
export const bitbucketServerRegion = defineRegionProvider({
  provider: 'bitbucket_server',
  createHandler: () => ({
    views: new Map([
      [
        'webhook',
        eventView({
          provider: 'bitbucket_server',
          refusedStatus: 401,
          needsEventType: true,
          events: new Map([['repo:refs_changed', refsChanged]]),
          verify: ({ request, integrationSecrets: secrets }) =>
            Promise.resolve(
              secrets.length === 0
                ? undefined
                : verifyBitbucketSignature(request.body, request.header('x-hub-signature'), secrets),
            ),
          factsOf: ({ request }) => ({
            eventType: request.header('x-event-key'),
            providerDeliveryId: request.header('x-request-id'),
          }),
        }),
      ],
    ]),
  }),
});
