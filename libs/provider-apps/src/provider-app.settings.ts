import { defineSettings, list, text, url } from '@switchyard/config';
import type { SettingsOf } from '@switchyard/config';

/**
 * Secrets and public identifiers of the product's own apps at providers. Control and regions read the same ones: the gateway
 * checks a sender first, the region once more.
 */
export const providerAppSettings = defineSettings('Apps at providers', {
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
  discordPublicKeys: list({
    env: 'SWITCHYARD_DISCORD_PUBLIC_KEYS',
    default: '',
    example: '64 hexadecimal digits',
    description: "Public keys of the product's Discord app, the current one first; Discord signs every interaction.",
  }),
  msteamsAppId: text({
    env: 'SWITCHYARD_MSTEAMS_APP_ID',
    optional: true,
    example: '00000000-0000-0000-0000-000000000000',
    description: "Microsoft app id of the product's Teams bot: the audience of the tokens that Teams sends.",
  }),
  vercelClientSecrets: list({
    env: 'SWITCHYARD_VERCEL_CLIENT_SECRETS',
    default: '',
    example: 'current-secret,previous-secret',
    isSecret: true,
    description: "Client secrets of the product's Vercel integration, the current one first.",
  }),
  publicUrl: url({
    env: 'SWITCHYARD_PUBLIC_URL',
    optional: true,
    schemes: ['https', 'http'],
    example: 'https://hooks.example.com',
    description: 'Address at which providers reach the gateway; Jira and Bitbucket need it to install their apps.',
  }),
  atlassianKeysUrl: url({
    env: 'SWITCHYARD_ATLASSIAN_KEYS_URL',
    default: 'https://connect-install-keys.atlassian.com',
    example: 'https://connect-install-keys.atlassian.com',
    schemes: ['https', 'http'],
    description: 'Where Atlassian publishes the keys that sign installations.',
  }),
  botFrameworkUrl: url({
    env: 'SWITCHYARD_BOT_FRAMEWORK_URL',
    default: 'https://login.botframework.com/v1/.well-known/openidconfiguration',
    example: 'https://login.botframework.com/v1/.well-known/openidconfiguration',
    schemes: ['https', 'http'],
    description: 'OpenID configuration of the Bot Framework, which signs what Teams sends.',
  }),
});

/** Values of {@link providerAppSettings}. */
export type ProviderAppSettings = SettingsOf<typeof providerAppSettings>;
