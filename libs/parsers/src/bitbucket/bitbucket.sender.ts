import { judgeSender, policyWith } from '../contract';
import type { InboundRequest, IntegrationView, SenderCheck, SignatureVerdict, VerificationPolicy } from '../contract';
import { verifyBitbucketAddress } from './bitbucket.address';
import { verifyBitbucketSignature } from './bitbucket.signature';

/** Who sent a webhook to an organization. */
export interface BitbucketSender {
  readonly check: SenderCheck;
  /** The integration that it belongs to, where that can be told. */
  readonly integration: IntegrationView | undefined;
  /** How the sender is known, or why nobody asked. */
  readonly because: string;
}

interface Identified {
  readonly verdict: SignatureVerdict;
  /** The one whose secret it was. */
  readonly integration?: IntegrationView;
}

/**
 * Finds out who sent a webhook of Bitbucket Cloud (gateway.md §7.3).
 *
 * A path names an organization and not an integration. So where any of the organization's integrations has a secret, one of these
 * secrets has to have signed; where none has, the sender's address has to be one of Atlassian's.
 */
export function identifySender(request: InboundRequest, integrations: readonly IntegrationView[]): BitbucketSender {
  const withSecrets = integrations.filter(({ webhookSecrets }) => webhookSecrets.some((secret) => secret !== ''));
  const { verdict, integration }: Identified =
    withSecrets.length > 0
      ? bySignature(request, withSecrets)
      : { verdict: verifyBitbucketAddress(request.senderAddress) };
  const check = judgeSender(policyOf(integrations), verdict);
  return {
    check,
    integration: integration ?? onlyOneOf(integrations),
    because: explain(check, withSecrets.length > 0, integrations.length > 0),
  };
}

function bySignature(request: InboundRequest, integrations: readonly IntegrationView[]): Identified {
  const signature = request.header('x-hub-signature');
  let verdict: SignatureVerdict = { kind: 'refused', reason: 'missing_headers' };
  for (const integration of integrations) {
    verdict = verifyBitbucketSignature(request.body, signature, integration.webhookSecrets);
    if (verdict.kind === 'ok') return { verdict, integration };
  }
  return { verdict };
}

const onlyOneOf = (integrations: readonly IntegrationView[]): IntegrationView | undefined =>
  integrations.length === 1 ? integrations[0] : undefined;

const STRICTEST_FIRST: readonly VerificationPolicy[] = ['require', 'prefer', 'off'];

/**
 * What the strictest of the integrations asks for: which one a webhook belongs to is known only once it is verified. Without any
 * integration nobody has chosen to let strangers in.
 */
function policyOf(integrations: readonly IntegrationView[]): VerificationPolicy {
  const policies = integrations.map(({ verification, webhookSecrets }) => verification ?? policyWith(webhookSecrets));
  return STRICTEST_FIRST.find((policy) => policies.includes(policy)) ?? 'require';
}

function explain({ isVerified, verification }: SenderCheck, isSigned: boolean, hasIntegration: boolean): string {
  if (verification === undefined) return 'webhook of a mapped organization; its integrations have verification off';
  if (!isVerified) return 'webhook of a mapped organization; who sent it is not known, which its integrations allow';
  if (isSigned) return 'webhook of a mapped organization, signed with the secret of one of its integrations';
  return hasIntegration
    ? "webhook of a mapped organization, sent from Atlassian's addresses"
    : "webhook of a mapped organization without an active integration, sent from Atlassian's addresses";
}
