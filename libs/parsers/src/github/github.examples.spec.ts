import examples from '@octokit/webhooks-examples';
import type { RoutingDecision } from '../contract';
import { bytesOf, contextOf, decideSoundly, request } from '../testing';
import { GITHUB_EVENT_TYPES } from './github.events';
import { githubParser } from './github.parser';
import { signGithubWebhook } from './github.signature';

const SECRET = 'github-test-secret';

/** Knows every installation that the examples name. */
const context = contextOf(
  {
    findIntegration: (_provider, externalId) =>
      Promise.resolve({
        id: externalId,
        externalId,
        metadata: {},
        verification: undefined,
        organizationIds: ['1'],
        organizations: [{ id: '1', slug: 'org-1', region: 'us' }],
        regions: ['de', 'us'],
        webhookSecrets: [],
      }),
    findIntegrationById: () => Promise.resolve(undefined),
    findOrganization: () => Promise.resolve(undefined),
  },
  { githubWebhookSecrets: [SECRET] },
);

interface Example {
  readonly event: string;
  readonly payload: {
    readonly action?: string;
    readonly installation?: { readonly id: number };
    readonly repository?: { readonly id?: number };
  };
}

// Real payloads, contributed to octokit/webhooks (MIT).
const all: readonly Example[] = (examples as readonly { name: string; examples: unknown[] }[]).flatMap((event) =>
  event.examples.map((payload) => ({ event: event.name, payload: payload as Example['payload'] })),
);

function decide({ event, payload }: Example): Promise<RoutingDecision> {
  const headers = {
    'x-github-event': event,
    'x-github-delivery': 'd1',
    'x-hub-signature-256': signGithubWebhook(bytesOf(payload), SECRET),
  };
  return decideSoundly(githubParser, request('webhook', headers, payload), context);
}

async function countDecisions(given: readonly Example[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const example of given) {
    const decision = await decide(example);
    const label = decision.kind === 'reply' ? `${decision.status} ${decision.reason}` : decision.kind;
    counts[label] = (counts[label] ?? 0) + 1;
  }
  return counts;
}

describe('the examples of @octokit/webhooks-examples', () => {
  it('decides every one of them', async () => {
    // 192 come from the webhooks of repositories and organizations: no app, no installation.
    expect(await countDecisions(all)).toEqual({
      mailbox: 43,
      control: 10,
      '200 accepted': 4,
      '202 dropped_event': 80,
      '400 no_integration': 192,
    });
  });

  it('decides every one of them as an app would get it, with an installation', async () => {
    const ofApp = all.map(({ event, payload }) => ({ event, payload: { ...payload, installation: { id: 1 } } }));
    expect(await countDecisions(ofApp)).toEqual({
      // 83 of the six event types without a filter, 6 check runs and 4 check suites.
      mailbox: 93,
      control: 10,
      '200 accepted': 4,
      '202 dropped_event': 222,
    });
  });

  it('stores what regions handle, by installation, repository and event', async () => {
    const handled = all.filter(
      ({ event, payload }) =>
        GITHUB_EVENT_TYPES.has(event) && !event.startsWith('check_') && payload.installation !== undefined,
    );
    expect(new Set(handled.map(({ event }) => event)).size).toBe(6);
    for (const example of handled) {
      expect(await decide(example)).toMatchObject({
        kind: 'mailbox',
        subject: String(example.payload.installation?.id),
        bucketKey: String(example.payload.repository?.id),
        eventType: example.event,
        isVerified: true,
      });
    }
  });
});
