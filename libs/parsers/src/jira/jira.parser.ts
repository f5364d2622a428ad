import {
  defineParser,
  deliveryId,
  judgeSender,
  refuse,
  refuseMethod,
  refuseSignature,
  refuseUnroutable,
  toControl,
} from '../contract';
import type { InboundRequest, ParserContext, ReplyDecision, RoutingDecision } from '../contract';
import { checkJiraToken } from './jira.token';

/** Pages and dialogs of control that anybody may open. */
const PAGES: ReadonlySet<string> = new Set(['ui-hook', 'descriptor', 'search', 'configure']);
/** Lifecycle calls, which change the directory. */
const LIFECYCLE: ReadonlySet<string> = new Set(['installed', 'uninstalled']);

/** Jira Cloud (gateway.md §2.3.5): lifecycle and pages are control's, issues belong to the region of the organization. */
export const jiraParser = defineParser({
  provider: 'jira',

  routes: {
    'ui-hook/': 'ui-hook',
    'descriptor/': 'descriptor',
    'installed/': 'installed',
    'uninstalled/': 'uninstalled',
    'search/<organization>/<integration>/': 'search',
    'configure/': 'configure',
    'issue-updated/': 'issue-updated',
    'issue/<issue_key>/': 'issue',
  },

  /** An issue with its change log; Atlassian cuts webhooks at 25 MB. */
  maxBodyBytes: 25 * 1_048_576,

  /** Atlassian gives a webhook 20 s, a person waits less for a page. */
  answerBudgetMs: 9_000,

  async decide(request, context) {
    const { view } = request;
    if (PAGES.has(view)) return toControl(`jira.${view}`, 'not a webhook view');
    if (LIFECYCLE.has(view)) return decideLifecycle(request, context);
    if (view === 'issue-updated' || view === 'issue') return decideIssue(request, context);
    return refuse(404, 'unknown_view', 'Jira has no such path');
  },
});

async function decideLifecycle(request: InboundRequest, context: ParserContext): Promise<RoutingDecision> {
  if (request.method !== 'POST') return refuseMethod();
  const { clientKey, integration, verdict } = await checkJiraToken(request, context);
  if (verdict.kind === 'refused') return refuseSignature(verdict);
  return {
    kind: 'control',
    view: `jira.${request.view}`,
    integrationId: integration?.id,
    provenExternalId: clientKey,
    isVerified: true,
    reason: 'install_event',
    because: 'the site installs or removes the app, which control keeps',
    verification: verdict,
  };
}

async function decideIssue(request: InboundRequest, context: ParserContext): Promise<RoutingDecision> {
  const isPage = request.view === 'issue';
  if (request.method !== 'POST' && !(isPage && request.method === 'GET')) return refuseMethod();
  const { integration, verdict } = await checkJiraToken(request, context);
  const { refused, verification, isVerified } = judgeSender(integration?.verification ?? 'require', verdict);
  // deviates: 401 and not 404, so that a wrong token can be told from a site that is gone (gateway.md §10, W-14).
  if (refused) return refuseSignature(refused);
  const refusal = refuseUnroutable(integration, { status: 404 });
  if (refusal !== undefined || integration === undefined) return { ...(refusal as ReplyDecision), verification };

  const facts = { integrationId: integration.id, isVerified, verification, reason: 'accepted' } as const;
  // A site is installed in one region; of several, the first is it (gateway.md §2.3.5).
  const [region = ''] = integration.regions;
  if (isPage) {
    const because = 'the page of an issue: its region answers';
    return { kind: 'region', ...facts, because, region, whenUnavailable: UNAVAILABLE };
  }
  return {
    kind: 'mailbox',
    ...facts,
    because: 'an issue of an active site',
    subject: integration.id,
    providerDeliveryId: deliveryId(request.header('x-atlassian-webhook-identifier')),
    regions: integration.regions,
    ackStatus: 202,
  };
}

const UNAVAILABLE = { status: 503, json: { error: 'region_unavailable', detail: 'try again in a moment' } };
