/** Where control tells a region the webhook secrets of the integrations that it needs; signed like any other request. */
export const INTEGRATION_FEED_PATH = '/gateway/integrations';
