import { generateKeyPairSync } from 'node:crypto';
import { signDiscordInteraction } from '../../discord/discord.signature';
import { signGithubWebhook } from '../../github/github.signature';
import blockActions from '../../slack/fixtures/block-actions.json';
import linkShared from '../../slack/fixtures/link-shared.json';
import { signSlackRequest } from '../../slack/slack.signature';
import { signVercelWebhook } from '../../vercel/vercel.signature';
import { contextOf, directoryOf } from '../directory-of';

const SECRET = 'fuzz-secret';
const TIMESTAMP = '1700000000';
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const DISCORD_KEY = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('hex');

const organization = (id: string, region: string) => ({ id, slug: `org-${id}`, region });

const EXTERNAL_IDS = [
  '1',
  'T001',
  'gitlab.example.com:acme',
  'github.example.com:1',
  'c-1',
  '19:team',
  '290926798626357999',
  'site',
];

const entry = (id: number) => ({ id, regions: ['us', 'de'], organizationIds: ['1', '2'], webhookSecrets: [SECRET] });

/** Knows an integration for every seed. */
export const fuzzContext = contextOf(
  directoryOf(
    {
      ...Object.fromEntries(EXTERNAL_IDS.map((externalId, index) => [externalId, entry(index + 10)])),
      '{bitbucket}': { ...entry(1), provider: 'bitbucket' },
      '{server}': { ...entry(2), provider: 'bitbucket_server' },
    },
    { organizations: [organization('1', 'us'), organization('2', 'de')] },
  ),
  {
    slackSigningSecrets: [SECRET],
    githubWebhookSecrets: [SECRET],
    discordPublicKeys: [DISCORD_KEY],
    vercelClientSecrets: [SECRET],
    msteamsAppId: 'app',
    publicUrl: 'https://hooks.example.com',
  },
);

/** Headers by which every provider would know the sender of a body. */
export const signAs: Readonly<Record<string, (body: Buffer) => Readonly<Record<string, string>>>> = {
  slack: (body) => ({
    'x-slack-signature': signSlackRequest(body, TIMESTAMP, SECRET),
    'x-slack-request-timestamp': TIMESTAMP,
  }),
  github: (body) => ({ 'x-hub-signature-256': signGithubWebhook(body, SECRET) }),
  github_enterprise: (body) => ({ 'x-hub-signature-256': signGithubWebhook(body, SECRET) }),
  bitbucket: (body) => ({ 'x-hub-signature': signGithubWebhook(body, SECRET) }),
  bitbucket_server: (body) => ({ 'x-hub-signature': signGithubWebhook(body, SECRET) }),
  discord: (body) => ({
    'x-signature-ed25519': signDiscordInteraction(body, TIMESTAMP, privateKey),
    'x-signature-timestamp': TIMESTAMP,
  }),
  vercel: (body) => ({ 'x-vercel-signature': signVercelWebhook(body, SECRET) }),
};

/** Headers that any provider reads; values as they would be. */
export const seedHeaders: Readonly<Record<string, string>> = {
  'x-github-event': 'push',
  'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
  'x-github-enterprise-host': 'github.example.com',
  'x-gitlab-token': `gitlab.example.com:acme:${SECRET}`,
  'x-gitlab-event': 'Push Hook',
  'x-gitlab-event-uuid': 'e-1',
  'x-event-key': 'repo:push',
  'x-request-uuid': 'u-1',
  'shared-secret': SECRET,
  authorization: 'Bearer a.b.c',
};

/** Bodies as providers send them. */
export const seedBodies: readonly Buffer[] = [
  JSON.stringify({ action: 'opened', installation: { id: 1 }, repository: { id: 15 } }),
  JSON.stringify({ object_kind: 'push', project: { id: 15 }, commits: [{ id: 'a' }] }),
  JSON.stringify({ resourceContainers: { collection: { id: 'c-1' } }, resource: { workItemId: 31 } }),
  JSON.stringify({ type: 2, guild_id: '290926798626357999', application_id: '7', token: 't' }),
  JSON.stringify({ type: 'message', serviceUrl: 'https://s', channelData: { team: { id: '19:team' } } }),
  JSON.stringify({ issue: { id: '10', key: 'LR-1' }, changelog: { items: [] } }),
  JSON.stringify({ type: 'integration-configuration.removed', payload: { team: { id: 'team_1' } } }),
  JSON.stringify(linkShared),
  new URLSearchParams({ payload: JSON.stringify(blockActions) }).toString(),
  'team_id=T001&command=%2Fswitchyard&text=link+team+acme&response_url=https%3A%2F%2Fhooks.slack.com%2Fx',
].map((text) => Buffer.from(text));
