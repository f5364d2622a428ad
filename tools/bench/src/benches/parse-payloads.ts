import { generateKeyPairSync } from 'node:crypto';
import { signDiscordInteraction, signGithubWebhook, signSlackRequest } from '@switchyard/parsers';
import type { InboundRequest, ParserContext } from '@switchyard/parsers';
import { contextOf, directoryOf, keysOf, request } from '@switchyard/parsers/testing';
import examples from '@octokit/webhooks-examples';
import { SignJWT } from 'jose';

const SECRET = 'bench-secret-of-every-provider-here';
const TIMESTAMP = '1700000000';
const NOW_MS = Number(TIMESTAMP) * 1000;
const SERVICE_URL = 'https://smba.trafficmanager.net/amer/';
const discord = generateKeyPairSync('ed25519');
const bot = generateKeyPairSync('rsa', { modulusLength: 2048 });

const EXTERNAL_IDS = ['1', 'T001', 'gitlab.example.com:acme', 'github.example.com:1', 'c-1', '19:team', '2909', 'site'];

/** Knows everybody who sends. */
export const benchContext: ParserContext = contextOf(
  directoryOf(
    Object.fromEntries(
      EXTERNAL_IDS.map((id, index) => [
        id,
        { id: index + 1, regions: ['us'], webhookSecrets: [SECRET], provider: index === 0 ? 'bitbucket' : undefined },
      ]),
    ),
    { organizations: [{ id: '1', slug: 'acme', region: 'us' }] },
  ),
  {
    nowMs: NOW_MS,
    keys: keysOf({ 'bot-framework/bot-1': bot.publicKey }),
    slackSigningSecrets: [SECRET],
    githubWebhookSecrets: [SECRET],
    discordPublicKeys: [Buffer.from(discord.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('hex')],
    msteamsAppId: 'app',
    publicUrl: 'https://hooks.example.com',
  },
);

/** A provider's webhook of a wanted size. */
export interface ParseCase {
  readonly provider: string;
  readonly make: (body: Buffer) => InboundRequest | Promise<InboundRequest>;
  /** What the provider's body says; the rest is filled up with recorded payloads. */
  readonly head: object;
  /** The decision that it must come to: a refusal would be measured for nothing. */
  readonly expected: string;
}

const hub = (body: Buffer) => ({ 'x-hub-signature-256': signGithubWebhook(body, SECRET) });

export const PARSE_CASES: readonly ParseCase[] = [
  {
    provider: 'github',
    head: { action: 'opened', installation: { id: 1 }, repository: { id: 15 } },
    make: (body) => request('webhook', { 'x-github-event': 'push', ...hub(body) }, body),
    expected: 'mailbox',
  },
  {
    provider: 'github_enterprise',
    head: { action: 'opened', installation: { id: 1 }, repository: { id: 15 } },
    make: (body) =>
      request(
        'webhook',
        { 'x-github-event': 'push', 'x-github-enterprise-host': 'github.example.com', ...hub(body) },
        body,
      ),
    expected: 'mailbox',
  },
  {
    provider: 'gitlab',
    head: { object_kind: 'push', project: { id: 15 } },
    make: (body) =>
      request(
        'webhook',
        { 'x-gitlab-token': `gitlab.example.com:acme:${SECRET}`, 'x-gitlab-event': 'Push Hook' },
        body,
      ),
    expected: 'mailbox',
  },
  {
    provider: 'vsts',
    head: { resourceContainers: { collection: { id: 'c-1' } } },
    make: (body) => request('issue-updated', { 'shared-secret': SECRET }, body),
    expected: 'mailbox',
  },
  {
    provider: 'bitbucket',
    head: { push: {} },
    make: (body) =>
      request('webhook', { 'x-event-key': 'repo:push', 'x-hub-signature': signGithubWebhook(body, SECRET) }, body, {
        params: { organization: '1', organization_id: '1' },
      }),
    expected: 'mailbox',
  },
  {
    provider: 'jira_server',
    head: { issue: { id: '10' }, changelog: { items: [] } },
    async make(body) {
      const token = await new SignJWT({ id: 'site' }).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(SECRET));
      return request('issue-updated', {}, body, { params: { token } });
    },
    expected: 'mailbox',
  },
  {
    provider: 'msteams',
    head: { type: 'message', serviceUrl: SERVICE_URL, channelData: { team: { id: '19:team' } } },
    async make(body) {
      const token = await new SignJWT({ serviceurl: SERVICE_URL })
        .setProtectedHeader({ alg: 'RS256', kid: 'bot-1' })
        .setAudience('app')
        .setIssuer('https://api.botframework.com')
        .setExpirationTime(NOW_MS / 1000 + 600)
        .sign(bot.privateKey);
      return request('webhook', { authorization: `Bearer ${token}` }, body);
    },
    expected: 'mailbox',
  },
  {
    provider: 'slack',
    head: { type: 'event_callback', team_id: 'T001', event_id: 'Ev1', event: { type: 'link_shared' } },
    make: (body) =>
      request(
        'event',
        { 'x-slack-signature': signSlackRequest(body, TIMESTAMP, SECRET), 'x-slack-request-timestamp': TIMESTAMP },
        body,
      ),
    expected: 'mailbox',
  },
  {
    provider: 'discord',
    head: { type: 2, guild_id: '2909', application_id: '7', token: 't' },
    make: (body) =>
      request(
        'interactions',
        {
          'x-signature-ed25519': signDiscordInteraction(body, TIMESTAMP, discord.privateKey),
          'x-signature-timestamp': TIMESTAMP,
        },
        body,
      ),
    expected: 'deferred',
  },
];

const recorded = (examples as readonly { readonly name: string; readonly examples: readonly unknown[] }[]).flatMap(
  (event) => event.examples,
);

/** A body that begins with `head` and has about `bytes` bytes: recorded payloads of GitHub follow, the last one cut as text. */
export function bodyOf(head: object, bytes: number): Buffer {
  const parts: unknown[] = [];
  let size = JSON.stringify(head).length;
  for (let index = 0; size < bytes; index += 1) {
    const part = recorded[index % recorded.length];
    const text = JSON.stringify(part);
    parts.push(size + text.length <= bytes ? part : text.slice(0, (bytes - size) / 2));
    size += text.length;
  }
  return Buffer.from(JSON.stringify({ ...head, recorded: parts }));
}
