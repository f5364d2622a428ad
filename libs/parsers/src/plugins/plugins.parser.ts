import { verifyBitbucketAddress } from '../bitbucket/bitbucket.address';
import { findRoutedOrganization } from '../bitbucket/bitbucket.request';
import { defineParser, deliveryId, refuse, refuseMethod } from '../contract';
import type { InboundRequest, ParserContext, RoutingDecision, SignatureVerdict } from '../contract';

/** Where each of the two plugins' hosts says which delivery it is. */
const DELIVERY_HEADERS: ReadonlyMap<string, string> = new Map([
  ['github', 'x-github-delivery'],
  ['bitbucket', 'x-request-uuid'],
]);

/**
 * Webhooks of the two plugins that came before integrations (gateway.md §2.3.12).
 *
 * Both plugins of an organization share a mailbox. A region refuses senders: control knows no secrets of plugins.
 */
export const pluginsParser = defineParser({
  provider: 'plugins',

  prefix: '/plugins/',

  routes: {
    'github/organizations/<organization>/webhook/': 'github',
    'bitbucket/organizations/<organization>/webhook/': 'bitbucket',
  },

  /** GitHub's limit, the larger one of the two. */
  maxBodyBytes: 25 * 1_048_576,

  /** Both wait 10 s; the rest is for the way there and back. */
  answerBudgetMs: 9_000,

  async decide(request, context) {
    const deliveryHeader = DELIVERY_HEADERS.get(request.view);
    if (deliveryHeader === undefined) return refuse(404, 'unknown_view', 'there is no such plugin');
    return decideWebhook(request, deliveryHeader, context);
  },
});

async function decideWebhook(
  request: InboundRequest,
  deliveryHeader: string,
  { directory }: ParserContext,
): Promise<RoutingDecision> {
  if (request.method !== 'POST') return refuseMethod();
  // deviates: for an unknown region the reference runs the plugin in control, which has none of its data.
  const organization = await findRoutedOrganization(directory, 'plugins', request.params['organization'], 400);
  if ('kind' in organization) return organization;

  const verification = verdictOf(request);
  return {
    kind: 'mailbox',
    reason: 'accepted',
    because: `webhook of the ${request.view} plugin of a mapped organization`,
    isVerified: verification?.kind === 'ok',
    verification,
    subject: organization.id,
    providerDeliveryId: deliveryId(request.header(deliveryHeader)),
    regions: [organization.region],
    ackStatus: 202,
  };
}

/** Where Bitbucket's webhook came from can be told here only: behind the gateway, every request comes from the gateway. */
function verdictOf({ view, senderAddress }: InboundRequest): SignatureVerdict | undefined {
  return view === 'bitbucket' ? verifyBitbucketAddress(senderAddress) : undefined;
}
