import { z } from 'zod';
import { noteComment, storeExternalIssue } from '../../code-hosts/code-host.store';
import { defineGithubEvent } from './github-event';
import { externalId, repository } from './github-fields';
import { externalIssueOf, issue } from './issue-payload';

/** `issue_comment`: brings the issue up to date and, for a new comment, notes it as the newest. */
export const issueCommentEvent = defineGithubEvent(
  z.object({ action: z.string(), issue, comment: z.object({ id: externalId }), repository }),
  (facts, origin) => ({
    kind: 'changes',
    apply: async (transaction) => {
      const external = externalIssueOf(facts.repository, facts.issue);
      await storeExternalIssue(transaction, origin, external);
      if (facts.action === 'created') await noteComment(transaction, origin, external.key, facts.comment.id);
    },
  }),
);
