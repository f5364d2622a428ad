import { z } from 'zod';
import { noteComment, storeExternalIssue } from '../../code-hosts/code-host.store';
import { defineEvent } from '../provider-event';
import { externalId, repository } from '../payload-fields';
import { externalIssueOf, issue } from './issue-payload';

/** `issue_comment`: brings the issue up to date and, for a new comment, notes it as the newest. */
export const issueCommentEvent = defineEvent(
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
