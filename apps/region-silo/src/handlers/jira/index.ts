import { verifyRegionJiraToken } from '@switchyard/parsers';
import { defineRegionProvider } from '../contract';
import type { RegionView } from '../contract';
import { eventView } from '../judge-event';
import { jiraIssueUpdated } from './jira-issue.event';

/** What Jira shows beside an issue: nothing is linked from here yet. */
const issuePage: RegionView = {
  isRecorded: false,
  methods: ['GET', 'POST'],
  judge: ({ request }) => ({
    kind: 'answered',
    status: 200,
    json: { issue: decodeURIComponent(request.params['issue_key'] ?? ''), linked: [] },
  }),
};

/** Jira Cloud: a token that does not validate is 409, because a repeat cannot help (spec: gateway.md §5.6, §7.3). */
export const jiraRegion = defineRegionProvider({
  provider: 'jira',
  createHandler: () => ({
    views: new Map([
      [
        'issue-updated',
        eventView({
          provider: 'jira',
          refusedStatus: 409,
          needsEventType: false,
          events: new Map([['', jiraIssueUpdated]]),
          verify: ({ request, pass, nowMs, integrationSecrets: secrets }) =>
            secrets.length === 0
              ? Promise.resolve(undefined)
              : verifyRegionJiraToken(request, secrets, { nowMs, isTimeProven: pass.isVerified }),
          factsOf: () => ({}),
        }),
      ],
      ['issue', issuePage],
    ]),
  }),
});
