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
