import { defineSettings, integer, list, text } from '@switchyard/config';
import type { SettingsOf } from '@switchyard/config';

/** DI token of the {@link GatewaySettings}. */
export const GATEWAY_SETTINGS = Symbol('GATEWAY_SETTINGS');

/** The public edge and the secrets of the product's own apps at providers. */
export const gatewaySettings = defineSettings('Control gateway', {
  slackSigningSecrets: list({
    env: 'SWITCHYARD_SLACK_SIGNING_SECRETS',
    default: '',
    example: 'current-secret,previous-secret',
    isSecret: true,
    description: "Signing secrets of the product's Slack app, the current one first.",
  }),
  slackVerificationToken: text({
    env: 'SWITCHYARD_SLACK_VERIFICATION_TOKEN',
    optional: true,
    isSecret: true,
    description: 'Legacy token of a Slack app without signing secret; not used when a signing secret is set.',
  }),
  githubWebhookSecrets: list({
    env: 'SWITCHYARD_GITHUB_WEBHOOK_SECRETS',
    default: '',
    example: 'current-secret,previous-secret',
    isSecret: true,
    description: "Webhook secrets of the product's GitHub app, the current one first.",
  }),
  callbackHosts: list({
    env: 'SWITCHYARD_CALLBACK_HOSTS',
    default: 'hooks.slack.com,hooks.slack-gov.com',
    example: 'hooks.slack.com',
    description:
      'Where deferred answers may be posted: host names (https only), or whole origins for a stand-in of a provider.',
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
