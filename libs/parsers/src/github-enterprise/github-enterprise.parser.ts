import { defineParser, externalId, refuse } from '../contract';
import type { InboundRequest, ReplyDecision } from '../contract';
import { decideGithubWebhook } from '../github/github-webhook';
import type { GithubEdition } from '../github/github-webhook';
import { GITHUB_WEBHOOK } from '../github/github.parser';

/** A host name, with or without a port. */
const HOST = /^[A-Za-z0-9.-]+(?::\d{1,5})?$/;

const SERVER: GithubEdition = {
  provider: 'github_enterprise',
  // Each server has an app of its own, with a secret that the directory keeps with its installations.
  appSecretsOf: () => [],
  externalIdOf,
  // Old servers do not sign: a signature is asked for only where the operator says so. One that is wrong is refused.
  policyOf: () => 'prefer',
};

/**
 * Webhooks of GitHub Enterprise Server (gateway.md §2.3.3).
 *
 * Each server numbers its installations by itself, so the server's name belongs to the external id.
 */
export const githubEnterpriseParser = defineParser({
  provider: 'github_enterprise',
  ...GITHUB_WEBHOOK,

  routes: { 'webhook/': 'webhook' },

  async decide(request, context) {
    if (request.view === 'webhook') return decideGithubWebhook(SERVER, request, context);
    return refuse(404, 'unknown_view', 'GitHub Enterprise has no such path');
  },
});

/** `host:installation`; a server whose name is so long that no external id can hold it has no integration. */
function externalIdOf(request: InboundRequest, installationId: string): string | ReplyDecision {
  const host = request.header('x-github-enterprise-host');
  if (host === undefined || !HOST.test(host)) {
    return refuse(400, 'bad_header', 'X-GitHub-Enterprise-Host is missing or names no host');
  }
  return externalId(`${host}:${installationId}`) ?? refuse(400, 'no_integration', 'no integration has so long a name');
}
