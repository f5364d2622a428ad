/** Where control tells a region the webhook secrets of the integrations that it needs; signed like any other request. */
export const INTEGRATION_FEED_PATH = '/gateway/integrations';

/** What control tells a region of a Slack workspace that organizations of the region have installed. */
export interface FedSlackWorkspace {
  readonly teamId: string;
  readonly enterpriseId: string | null;
  readonly domain: string | null;
  readonly name: string;
  readonly status: 'active' | 'disabled';
  /** Null when control has none, or the workspace is switched off. */
  readonly botToken: string | null;
  /** Of that region. */
  readonly organizationIds: readonly string[];
}

/** Where control tells a region who is who in a Slack workspace. */
export const SLACK_IDENTITY_FEED_PATH = '/gateway/slack-identities';

/**
 * A stretch of the people of a workspace, in the order of the bytes of their ids: those from `after` (not included) to `until` (included)
 * are exactly these. Stretches may come twice and in any order.
 */
export interface FedSlackIdentities {
  readonly integrationId: string;
  readonly after: string;
  /** Null: to the end. */
  readonly until: string | null;
  readonly identities: readonly { readonly slackUserId: string; readonly userId: string }[];
}
