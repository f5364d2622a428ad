import {
  defineParser,
  externalId,
  idOf,
  judgeSender,
  refuse,
  refuseMethod,
  refuseUnroutable,
  toControl,
} from '../contract';
import type {
  DecisionReason,
  InboundRequest,
  IntegrationView,
  JsonObject,
  ParserContext,
  ReplyDecision,
  RoutingDecision,
  SignatureVerdict,
} from '../contract';
import { fieldSet } from '../json';
import { readToken, refusedFor, verifyPathToken } from './jira-server.token';

const FIELDS = fieldSet('changelog', 'issue.id');

/** Jira servers that customers run (gateway.md §2.3.6): the token in the path names the integration and proves the sender. */
export const jiraServerParser = defineParser({
  provider: 'jira_server',

  routes: {
    'issue-updated/<token>/': 'issue-updated',
    'search/<organization>/<integration>/': 'search',
  },

  /** An issue with its change log; servers of customers set no limit, this is GitHub's. */
  maxBodyBytes: 25 * 1_048_576,

  /** Jira waits 30 s; a customer's server should not be held up as long. */
  answerBudgetMs: 9_000,

  async decide(request, context) {
    if (request.view === 'issue-updated') return decideIssueUpdated(request, context);
    if (request.view === 'unknown') return refuse(404, 'unknown_view', 'Jira Server has no such path');
    return toControl(`jira_server.${request.view}`, 'not a webhook view');
  },
});

async function decideIssueUpdated(request: InboundRequest, context: ParserContext): Promise<RoutingDecision> {
  if (request.method !== 'POST') return refuseMethod();
  const token = readToken(request.params['token']);
  const id = externalId(token?.claims['id']);
  const integration = id === undefined ? undefined : await context.directory.findIntegration('jira_server', id);
  const verdict =
    token === undefined || integration === undefined
      ? refusedFor(token === undefined ? 'bad_format' : 'unknown_key').verdict
      : await verifyPathToken(token, integration.webhookSecrets, context.nowMs);
  const { refused, verification, isVerified } = judgeSender(integration?.verification ?? 'require', verdict);
  if (refused || integration === undefined)
    return swallow('bad_signature', 'the token in the path was refused', verification);
  const refusal = refuseUnroutable(integration);
  if (refusal !== undefined) return { ...refusal, verification };

  // Read leniently: a body that says nothing of a change is one without a change.
  const body = (await request.fields(FIELDS)) ?? {};
  if (!isTruthy(body['changelog'])) return swallow('nothing_changed', 'the body has no change log', verification);
  return { ...store(integration, body), isVerified, verification };
}

/** 200, so that a customer's server does not send for ever what will never be taken; nothing for somebody who guesses. */
const swallow = (
  reason: DecisionReason,
  because: string,
  verification: SignatureVerdict | undefined,
): ReplyDecision => ({
  kind: 'reply',
  status: 200,
  reason,
  because,
  verification,
});

function store(integration: IntegrationView, body: JsonObject): RoutingDecision & { kind: 'mailbox' } {
  return {
    kind: 'mailbox',
    reason: 'accepted',
    because: 'an issue of an active server',
    integrationId: integration.id,
    isVerified: false,
    subject: integration.id,
    bucketKey: issueId(body['issue']),
    regions: integration.regions,
    ackStatus: 202,
  };
}

/** Jira writes ids as text. */
function issueId(issue: unknown): string | undefined {
  const id = (issue as JsonObject | undefined)?.['id'];
  return typeof id === 'string' && /^\d{1,15}$/.test(id) ? id : idOf(issue);
}

const isTruthy = (value: unknown): boolean => Boolean(value);
