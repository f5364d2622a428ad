import { readToken, verifyPathToken } from '@switchyard/parsers';
import { defineRegionProvider } from '../contract';
import { jiraIssueUpdated } from '../jira/jira-issue.event';
import { eventView } from '../judge-event';

/** Jira servers of customers: the token in the path is checked once more (spec: gateway.md §7.3). */
export const jiraServerRegion = defineRegionProvider({
  provider: 'jira_server',
  createHandler: () => ({
    views: new Map([
      [
        'issue-updated',
        eventView({
          provider: 'jira_server',
          refusedStatus: 400,
          needsEventType: false,
          events: new Map([['', jiraIssueUpdated]]),
          async verify({ request, nowMs, integrationSecrets: secrets }) {
            if (secrets.length === 0) return undefined;
            const token = readToken(request.params['token']);
            if (token === undefined) return { kind: 'refused', reason: 'bad_format' };
            return verifyPathToken(token, secrets, nowMs);
          },
          factsOf: () => ({}),
        }),
      ],
    ]),
  }),
});
