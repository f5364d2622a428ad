import { z } from 'zod';
import { storePullRequest } from '../../code-hosts/code-host.store';
import { defineEvent } from '../provider-event';
import { issueNumber, login, repository, sha, timestamp, title, webUrl } from '../payload-fields';

const pullRequest = z
  .object({
    number: issueNumber,
    title,
    state: z.enum(['open', 'closed']),
    merged: z.boolean().nullish(),
    merged_at: z.string().nullish(),
    draft: z.boolean().nullish(),
    user: login,
    head: z.object({ sha }),
    base: z.object({ sha }),
    html_url: webUrl,
    updated_at: timestamp,
  })
  .transform((value) => ({
    number: value.number,
    title: value.title,
    state: value.state,
    isMerged: value.merged ?? value.merged_at != null,
    isDraft: value.draft ?? false,
    authorLogin: value.user,
    headSha: value.head.sha,
    baseSha: value.base.sha,
    url: value.html_url,
    updatedAt: value.updated_at,
  }));

/** `pull_request`: stores the pull request as it is after the event, whatever the action. */
export const pullRequestEvent = defineEvent(z.object({ pull_request: pullRequest, repository }), (facts, origin) => ({
  kind: 'changes',
  apply: (transaction) => storePullRequest(transaction, origin, facts.repository, facts.pull_request),
}));
