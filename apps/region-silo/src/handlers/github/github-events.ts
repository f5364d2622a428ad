import type { ProviderEvent } from '../provider-event';
import { issueCommentEvent } from './issue-comment.event';
import { issuesEvent } from './issues.event';
import { pullRequestEvent } from './pull-request.event';
import { pushEvent } from './push.event';

/** The events of which this region keeps something, by the value of `X-GitHub-Event`. Everything else is ignored. */
export const GITHUB_EVENTS: ReadonlyMap<string, ProviderEvent> = new Map([
  ['push', pushEvent],
  ['pull_request', pullRequestEvent],
  ['issues', issuesEvent],
  ['issue_comment', issueCommentEvent],
]);
