import { z } from 'zod';
import type { ExternalIssueFacts, RepositoryFacts } from '../../code-hosts/code-host';
import { count, issueNumber, login, timestamp, title, webUrl } from '../payload-fields';

/** The issue (or pull request, which GitHub counts among them) of an event. */
export const issue = z.object({
  number: issueNumber,
  title,
  // Absent from `pinned` and `unpinned`.
  state: z.enum(['open', 'closed']).nullish(),
  closed_at: z.string().nullish(),
  assignee: login,
  html_url: webUrl,
  comments: count.optional(),
  updated_at: timestamp,
});

/** Actions after which the issue is not there any more, by the state that is kept. */
const FINAL_STATES: Readonly<Record<string, string>> = { deleted: 'deleted', transferred: 'transferred' };

/** The issue after the event. */
export function externalIssueOf(
  repository: RepositoryFacts,
  facts: z.infer<typeof issue>,
  issueAction?: string,
): ExternalIssueFacts {
  const told = facts.state ?? (facts.closed_at == null ? null : 'closed');
  return {
    key: `${repository.name}#${facts.number}`,
    title: facts.title,
    state: (issueAction !== undefined && Object.hasOwn(FINAL_STATES, issueAction) && FINAL_STATES[issueAction]) || told,
    assigneeLogin: facts.assignee,
    url: facts.html_url,
    commentCount: facts.comments ?? 0,
    updatedAt: facts.updated_at,
  };
}
