import { defineParser, policyWith, refuse, toControl } from '../contract';
import { decideGithubWebhook } from './github-webhook';
import type { GithubEdition } from './github-webhook';
import { GITHUB_EVENT_TYPES } from './github.events';

const GITHUB: GithubEdition = {
  provider: 'github',
  appSecretsOf: ({ secrets }) => secrets.githubWebhookSecrets,
  externalIdOf: (_request, installationId) => installationId,
  policyOf: policyWith,
};

/** What webhooks of every edition of GitHub have in common. */
export const GITHUB_WEBHOOK = {
  /** GitHub's own limit is 25 MB; it sends nothing above it. */
  maxBodyBytes: 25 * 1_048_576,
  /** GitHub waits 10 s; the rest is for the way there and back. */
  answerBudgetMs: 9_000,
  eventTypes: GITHUB_EVENT_TYPES,
  /** gateway.md §2.5 [L]: order is kept per repository, and one busy repository holds up a hundredth of the others. */
  bucketCount: 100,
} as const;

/** GitHub App webhooks (gateway.md §2.3.2). */
export const githubParser = defineParser({
  provider: 'github',
  ...GITHUB_WEBHOOK,

  routes: {
    'webhook/': 'webhook',
    'installation/<id>/': 'installation-page',
    'search/<organization>/<integration>/': 'search',
  },

  async decide(request, context) {
    if (request.view === 'webhook') return decideGithubWebhook(GITHUB, request, context);
    if (request.view === 'unknown') return refuse(404, 'unknown_view', 'GitHub has no such path');
    return toControl(`github.${request.view}`, 'not a webhook view');
  },
});
