import { defineParser, judgeSender, refuse, refuseMethod, refuseSignature, toControl } from '../contract';
import type { InboundRequest, ParserContext, RoutingDecision } from '../contract';
import { verifyVercelSignature } from './vercel.signature';

/** Vercel: everything is control's own business (gateway.md §2.3.11); `delete/` is the old name of `webhook/`. */
export const vercelParser = defineParser({
  provider: 'vercel',

  routes: { 'webhook/': 'webhook', 'delete/': 'webhook', 'configure/': 'configure' },

  /** Vercel's events describe one deployment or one configuration. */
  maxBodyBytes: 1_048_576,

  /** Vercel documents no limit; ten seconds is what senders of webhooks usually wait. */
  answerBudgetMs: 9_000,

  decide: (request, context) => Promise.resolve(decide(request, context)),
});

function decide(request: InboundRequest, context: ParserContext): RoutingDecision {
  if (request.view === 'unknown') return refuse(404, 'unknown_view', 'Vercel has no such path');
  if (request.view !== 'webhook') return toControl(`vercel.${request.view}`, 'not a webhook view');
  if (request.method !== 'POST') return refuseMethod();
  const verdict = verifyVercelSignature(
    request.body,
    request.header('x-vercel-signature'),
    context.secrets.vercelClientSecrets,
  );
  const { refused, verification } = judgeSender('require', verdict);
  if (refused) return refuseSignature(refused);
  return { ...toControl('vercel.webhook', 'events of Vercel change what control knows', true), verification };
}
