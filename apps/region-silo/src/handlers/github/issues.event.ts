import { z } from 'zod';
import { storeExternalIssue } from '../../code-hosts/code-host.store';
import { defineEvent } from '../provider-event';
import { repository } from '../payload-fields';
import { externalIssueOf, issue } from './issue-payload';

/** `issues`: stores the issue as it is after the event. */
export const issuesEvent = defineEvent(z.object({ action: z.string(), issue, repository }), (facts, origin) => ({
  kind: 'changes',
  apply: (transaction) =>
    storeExternalIssue(transaction, origin, externalIssueOf(facts.repository, facts.issue, facts.action)),
}));
