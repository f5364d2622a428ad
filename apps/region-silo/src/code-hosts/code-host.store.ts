import type { Queryable } from '@switchyard/database';
import type { CommitFacts, ExternalIssueFacts, Origin, PullRequestFacts, RepositoryFacts } from './code-host';
import noteCommentSql from './note-comment.sql';
import storeCommitsSql from './store-commits.sql';
import storeExternalIssueSql from './store-external-issue.sql';
import storePullRequestSql from './store-pull-request.sql';
import storeRepositorySql from './store-repository.sql';

/** Stores the commits of a push, and the repository when it is new or renamed. Known commits stay as they are. */
export async function storeCommits(
  database: Queryable,
  origin: Origin,
  push: { readonly repository: RepositoryFacts; readonly branch: string; readonly commits: readonly CommitFacts[] },
): Promise<void> {
  const repositoryId = await storeRepository(database, origin, push.repository);
  if (push.commits.length === 0) return;
  await database.query(storeCommitsSql, [
    repositoryId,
    push.branch,
    new Date(origin.nowMs),
    push.commits.map((commit) => commit.sha),
    push.commits.map((commit) => commit.message),
    push.commits.map((commit) => commit.authorName),
    push.commits.map((commit) => commit.authorEmail),
    push.commits.map((commit) => commit.authoredAt),
  ]);
}

/** Stores a pull request; an update older than the stored one changes nothing. */
export async function storePullRequest(
  database: Queryable,
  origin: Origin,
  repository: RepositoryFacts,
  pull: PullRequestFacts,
): Promise<void> {
  await database.query(storePullRequestSql, [
    await storeRepository(database, origin, repository),
    pull.number,
    pull.title,
    pull.state,
    pull.isMerged,
    pull.isDraft,
    pull.authorLogin,
    pull.headSha,
    pull.baseSha,
    pull.url,
    pull.updatedAt,
    new Date(origin.nowMs),
  ]);
}

/** Stores an issue of another system; an update older than the stored one changes nothing. */
export async function storeExternalIssue(
  database: Queryable,
  origin: Origin,
  issue: ExternalIssueFacts,
): Promise<void> {
  await database.query(storeExternalIssueSql, [
    origin.provider,
    origin.integrationId,
    issue.key,
    issue.title,
    issue.state,
    issue.assigneeLogin,
    issue.url,
    issue.commentCount,
    issue.updatedAt,
    new Date(origin.nowMs),
  ]);
}

/** Notes a comment as the newest of its issue, if it is. */
export async function noteComment(database: Queryable, origin: Origin, key: string, commentId: string): Promise<void> {
  await database.query(noteCommentSql, [origin.provider, origin.integrationId, key, commentId]);
}

async function storeRepository(database: Queryable, origin: Origin, repository: RepositoryFacts): Promise<string> {
  const { rows } = await database.query<{ id: string }>(storeRepositorySql, [
    origin.provider,
    origin.integrationId,
    repository.externalId,
    repository.name,
    repository.url,
    new Date(origin.nowMs),
  ]);
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('storing a repository returned no id');
  return id;
}
