/** Where facts about a code host came from. */
export interface Origin {
  readonly provider: string;
  /** Control's id of the integration. */
  readonly integrationId: string;
  /** Milliseconds since the Unix epoch at which the request came. */
  readonly nowMs: number;
}

/** A repository as its provider names it. */
export interface RepositoryFacts {
  /** The provider's id; survives a rename. */
  readonly externalId: string;
  readonly name: string;
  readonly url: string | null;
}

/** One commit of a push. */
export interface CommitFacts {
  readonly sha: string;
  readonly message: string;
  readonly authorName: string | null;
  readonly authorEmail: string | null;
  /** ISO 8601 in UTC; `null` when the author's clock was beyond the calendar. */
  readonly authoredAt: string | null;
}

/** A pull request after its latest change. */
export interface PullRequestFacts {
  readonly number: number;
  readonly title: string;
  readonly state: string;
  readonly isMerged: boolean;
  readonly isDraft: boolean;
  /** `null` when the provider does not tell it in this message. */
  readonly authorLogin: string | null;
  readonly headSha: string;
  readonly baseSha: string;
  readonly url: string | null;
  /** ISO 8601 in UTC, by the provider's clock. */
  readonly updatedAt: string;
}

/** An issue of another system after its latest change. */
export interface ExternalIssueFacts {
  /** `owner/repository#7` */
  readonly key: string;
  readonly title: string;
  /** `null` when the provider does not tell it in this message. */
  readonly state: string | null;
  readonly assigneeLogin: string | null;
  readonly url: string | null;
  readonly commentCount: number;
  /** ISO 8601 in UTC, by the provider's clock. */
  readonly updatedAt: string;
}
