import { defineSettings, integer, list, text } from '@switchyard/config';
import type { SettingsOf } from '@switchyard/config';

/** DI token of the {@link GatewaySettings}. */
export const GATEWAY_SETTINGS = Symbol('GATEWAY_SETTINGS');

/** The public edge. */
export const gatewaySettings = defineSettings('Control gateway', {
  callbackHosts: list({
    env: 'SWITCHYARD_CALLBACK_HOSTS',
    default: 'hooks.slack.com,hooks.slack-gov.com,discord.com',
    example: 'hooks.slack.com',
    description:
      'Where deferred answers may be posted: host names (https only), or whole origins for a stand-in of a provider.',
  }),
  appName: text({
    env: 'SWITCHYARD_APP_NAME',
    default: 'Switchyard',
    example: 'Acme Monitor',
    description: 'Name of the product as providers show it where its app is installed.',
  }),
  trustedProxies: integer({
    env: 'SWITCHYARD_TRUSTED_PROXIES',
    default: '0',
    min: 0,
    max: 10,
    description:
      'How many proxies of your own in front of the gateway add to `X-Forwarded-For`; needed where senders are known by address (Bitbucket).',
  }),
  rejectionDays: integer({
    env: 'SWITCHYARD_REJECTION_DAYS',
    default: '7',
    min: 1,
    max: 90,
    description: 'Days for which rejected requests stay in their log (without bodies).',
  }),
  rejectionsMax: integer({
    env: 'SWITCHYARD_REJECTIONS_MAX',
    default: '100000',
    min: 1_000,
    max: 10_000_000,
    description: 'Entries that the log of rejected requests keeps; the oldest leave first.',
  }),
  answerBudgetMs: integer({
    env: 'SWITCHYARD_ANSWER_BUDGET_MS',
    default: '8000',
    min: 100,
    max: 60_000,
    description: 'Time for a synchronous answer, regions included, where the provider sets no shorter one.',
  }),
  deferredBudgetMs: integer({
    env: 'SWITCHYARD_DEFERRED_BUDGET_MS',
    default: '10000',
    min: 100,
    max: 60_000,
    description: 'Time for one region to answer a deferred request, per attempt.',
  }),
  deferredMax: integer({
    env: 'SWITCHYARD_DEFERRED_MAX',
    default: '1000',
    min: 1,
    max: 100_000,
    description: 'Deferred requests in flight in one process; further ones are answered synchronously.',
  }),
  requestTimeoutMs: integer({
    env: 'SWITCHYARD_REQUEST_TIMEOUT_MS',
    default: '20000',
    min: 100,
    max: 300_000,
    description: 'Time for a sender to send a whole request; a slower one is answered 408.',
  }),
  headersTimeoutMs: integer({
    env: 'SWITCHYARD_HEADERS_TIMEOUT_MS',
    default: '10000',
    min: 100,
    max: 300_000,
    description: 'Time for a sender to send the headers; a slower one is answered 408.',
  }),
});

/** Values of {@link gatewaySettings}. */
export type GatewaySettings = SettingsOf<typeof gatewaySettings>;
