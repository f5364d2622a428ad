import { verifyRegionJiraToken } from '@switchyard/parsers';
import type { SignatureVerdict } from '@switchyard/parsers';
import { defineRegionProvider } from '../contract';
import type { HandlerCall, RegionView } from '../contract';
import { eventView } from '../judge-event';
import { jiraIssueUpdated } from './jira-issue.event';

/** A token that does not validate: 409, because a repeat cannot help (spec: gateway.md §5.6, §7.3). */
const REFUSED_STATUS = 409;

/**
 * Checks the site's token once more.
 *
 * One that names a key of Atlassian's can be checked at the gateway alone; where not even that was done, nobody knows the sender.
 */
async function verify({
  request,
  pass,
  nowMs,
  integrationSecrets: secrets,
}: HandlerCall): Promise<SignatureVerdict | undefined> {
  if (secrets.length === 0) return undefined;
  const verdict = await verifyRegionJiraToken(request, secrets, { nowMs, isTimeProven: pass.isVerified });
  return verdict ?? (pass.isVerified ? undefined : { kind: 'refused', reason: 'unknown_key' });
}

/** What Jira shows beside an issue: nothing is linked from here yet. */
const issuePage: RegionView = {
  isRecorded: false,
  methods: ['GET', 'POST'],
  async judge(call) {
    const verdict = await verify(call);
    if (verdict?.kind === 'refused') {
      const because = `the sender was refused: ${verdict.reason}`;
      return { kind: 'rejected', status: REFUSED_STATUS, error: 'bad_signature', because };
    }
    const issue = decoded(call.request.params['issue_key'] ?? '');
    return issue === undefined
      ? { kind: 'rejected', status: 400, error: 'bad_path', because: 'the issue key cannot be decoded' }
      : { kind: 'answered', status: 200, json: { issue, linked: [] } };
  },
};

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

/** Jira Cloud (spec: gateway.md §2.3.5, §7.3). */
export const jiraRegion = defineRegionProvider({
  provider: 'jira',
  createHandler: () => ({
    views: new Map([
      [
        'issue-updated',
        eventView({
          provider: 'jira',
          refusedStatus: REFUSED_STATUS,
          needsEventType: false,
          events: new Map([['', jiraIssueUpdated]]),
          verify,
          // The same when Jira tries again.
          factsOf: ({ request }) => ({ providerDeliveryId: request.header('x-atlassian-webhook-identifier') }),
        }),
      ],
      ['issue', issuePage],
    ]),
  }),
});
