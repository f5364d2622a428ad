/** Somebody of a workspace. */
export interface SlackPerson {
  /** `U…` */
  readonly id: string;
  readonly name: string;
  readonly email?: string;
}

/** A place where messages are; direct ones begin with `D`. */
export interface SlackChannel {
  readonly id: string;
  readonly name: string;
  readonly isArchived?: boolean;
  /** Whether the app was invited; public channels take its messages anyway. */
  readonly isPrivate?: boolean;
}

/** A workspace that installed the app. */
export interface SlackWorkspaceData {
  /** `T…` */
  readonly teamId: string;
  readonly name: string;
  readonly domain: string;
  readonly botToken: string;
  readonly botUserId: string;
  /** What the token may do. */
  readonly scopes: readonly string[];
  readonly people: readonly SlackPerson[];
  readonly channels: readonly SlackChannel[];
}

/** The scopes that the app asks for (spec: slack.md Appendix A). */
export const APP_SCOPES = [
  'channels:read',
  'channels:history',
  'groups:read',
  'users:read',
  'chat:write',
  'chat:write.public',
  'links:read',
  'links:write',
  'team:read',
  'im:read',
  'im:history',
  'commands',
] as const;
