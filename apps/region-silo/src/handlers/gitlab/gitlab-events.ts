import { z } from 'zod';
import { storeCommits, storeExternalIssue, storePullRequest } from '../../code-hosts/code-host.store';
import {
  externalId,
  issueNumber,
  pushedCommit,
  optionalName,
  requiredName,
  sha,
  timestamp,
  title,
  webUrl,
} from '../payload-fields';
import { defineEvent } from '../provider-event';
import type { ProviderEvent } from '../provider-event';
import { storableText } from '../storable-text';

const BRANCH_PREFIX = 'refs/heads/';
const BRANCH_CHARS = 255;

/** GitLab writes `2026-03-02 10:00:00 UTC` in some events and ISO 8601 in others. */
const time = z
  .string()
  .transform((text) => text.replace(/^(\S+) (\S+) UTC$/, '$1T$2Z'))
  .pipe(timestamp);

const project = z
  .object({ id: externalId, path_with_namespace: requiredName, web_url: webUrl })
  .transform((value) => ({ externalId: value.id, name: value.path_with_namespace, url: value.web_url }));

/** `Push Hook`: stores the commits of a branch; GitLab sends at most twenty. */
const push = defineEvent(
  z.object({ ref: z.string(), project, commits: z.array(pushedCommit).default([]) }),
  (facts, origin) => {
    if (!facts.ref.startsWith(BRANCH_PREFIX)) return { kind: 'nothing', because: 'the push is not to a branch' };
    const branch = storableText(facts.ref.slice(BRANCH_PREFIX.length), BRANCH_CHARS);
    const { project: repository, commits } = facts;
    return {
      kind: 'changes',
      apply: (transaction) => storeCommits(transaction, origin, { repository, commits, branch }),
    };
  },
);

const MERGE_STATES: Readonly<Record<string, 'open' | 'closed'>> = {
  opened: 'open',
  locked: 'open',
  closed: 'closed',
  merged: 'closed',
};

const mergeRequest = z.object({
  iid: issueNumber,
  author_id: z.number().nullish(),
  title,
  state: z.enum(['opened', 'locked', 'closed', 'merged']),
  work_in_progress: z.boolean().nullish(),
  draft: z.boolean().nullish(),
  last_commit: z.object({ id: sha }),
  oldrev: sha.nullish(),
  url: webUrl,
  updated_at: time,
});

/** `Merge Request Hook`: stores the merge request as it is after the event. */
const merge = defineEvent(
  z.object({
    project,
    object_attributes: mergeRequest,
    user: z.object({ id: z.number().nullish(), username: optionalName }).nullish(),
  }),
  ({ project: repository, object_attributes: facts, user }, origin) => ({
    kind: 'changes',
    apply: (transaction) =>
      storePullRequest(transaction, origin, repository, {
        number: facts.iid,
        title: facts.title,
        state: MERGE_STATES[facts.state] ?? 'open',
        isMerged: facts.state === 'merged',
        isDraft: facts.draft ?? facts.work_in_progress ?? false,
        // GitLab names who acted; that is the author only where the ids say so.
        authorLogin: user?.id != null && user.id === facts.author_id ? user.username : null,
        headSha: facts.last_commit.id,
        // GitLab tells the branch's former head only, and that only with a push.
        baseSha: facts.oldrev ?? facts.last_commit.id,
        url: facts.url,
        updatedAt: facts.updated_at,
      }),
  }),
);

/** `Issue Hook`: stores the issue as it is after the event. */
const issue = defineEvent(
  z.object({
    project,
    object_attributes: z.object({
      iid: issueNumber,
      title,
      state: z.enum(['opened', 'closed']).nullish(),
      url: webUrl,
      updated_at: time,
    }),
    assignees: z.array(z.object({ username: optionalName })).default([]),
  }),
  ({ project: repository, object_attributes: facts, assignees }, origin) => ({
    kind: 'changes',
    apply: (transaction) =>
      storeExternalIssue(transaction, origin, {
        key: `${repository.name}#${facts.iid}`,
        title: facts.title,
        state: facts.state == null ? null : facts.state === 'closed' ? 'closed' : 'open',
        assigneeLogin: assignees[0]?.username ?? null,
        url: facts.url,
        commentCount: 0,
        updatedAt: facts.updated_at,
      }),
  }),
);

/** By the value of `X-Gitlab-Event`. */
export const GITLAB_EVENTS: ReadonlyMap<string, ProviderEvent> = new Map([
  ['Push Hook', push],
  ['Merge Request Hook', merge],
  ['Issue Hook', issue],
]);
