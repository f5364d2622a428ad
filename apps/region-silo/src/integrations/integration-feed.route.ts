import { INTEGRATION_FEED_PATH, SLACK_IDENTITY_FEED_PATH } from '@switchyard/silo';
import type { RegionGuard } from '@switchyard/silo';
import type { Logger } from '@switchyard/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { bodyOf, createGuardHook, createUnsignedHook } from '../edge/guard-hook';
import type { IntegrationSecrets } from './integration-secrets';
import type { SlackIdentityStore } from '../slack-workspaces/slack-identity.store';
import type { SlackWorkspaceStore } from '../slack-workspaces/slack-workspace.store';

/** A workspace of ten thousand organizations fits. */
const BODY_MAX_BYTES = 256 * 1024;

const bigintId = z.string().regex(/^[1-9]\d{0,18}$/);

const slackWorkspace = z.strictObject({
  teamId: z.string().min(1).max(64),
  enterpriseId: z.string().max(255).nullable(),
  domain: z.string().max(255).nullable(),
  name: z.string().max(200),
  status: z.enum(['active', 'disabled']),
  botToken: z.string().min(1).max(512).nullable(),
  organizationIds: z.array(bigintId),
});

/** `webhookSecrets` empty, `slackWorkspace` null or absent: forget what there is. */
const feedBody = z.strictObject({
  integrationId: bigintId,
  provider: z
    .string()
    .regex(/^[a-z][a-z_]{0,63}$/)
    .nullable(),
  webhookSecrets: z.array(z.string().min(1).max(256)).max(5),
  slackWorkspace: slackWorkspace.nullish(),
});

const slackId = z.string().regex(/^[A-Za-z0-9]{1,64}$/);
const identityBody = z.strictObject({
  integrationId: bigintId,
  after: slackId.or(z.literal('')),
  until: slackId.nullable(),
  identities: z.array(z.strictObject({ slackUserId: slackId, userId: bigintId })).max(2_000),
});

/** What the route is made of. */
export interface IntegrationFeedDependencies {
  readonly guard: RegionGuard;
  readonly secrets: IntegrationSecrets;
  readonly workspaces: SlackWorkspaceStore;
  readonly identities: SlackIdentityStore;
  readonly logger: Logger;
}

/** Mounts the address at which control tells this region what it may know of integrations; behind the region guard. */
export function mountIntegrationFeed(fastify: FastifyInstance, dependencies: IntegrationFeedDependencies): void {
  const { guard, logger } = dependencies;
  void fastify.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) => parsed(null, body));
    const route = (url: string, handler: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>) =>
      scope.route({
        method: 'POST',
        url,
        bodyLimit: BODY_MAX_BYTES,
        onRequest: createUnsignedHook(guard, logger),
        preHandler: createGuardHook(guard, logger),
        handler,
      });
    route(INTEGRATION_FEED_PATH, (request, reply) => take(dependencies, request, reply));
    route(SLACK_IDENTITY_FEED_PATH, (request, reply) => takeIdentities(dependencies, request, reply));
    done();
  });
}

async function take(
  { secrets, workspaces }: IntegrationFeedDependencies,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const parsed = feedBody.safeParse(jsonOf(bodyOf(request)));
  // No word about what is wrong with it: its values are secrets.
  if (!parsed.success) return reply.code(400).send({ error: 'bad_request' });
  const { integrationId, provider, webhookSecrets, slackWorkspace: workspace } = parsed.data;
  if (provider === null || webhookSecrets.length === 0) await secrets.remove(integrationId);
  else await secrets.put(integrationId, provider, webhookSecrets);
  if (workspace == null) await workspaces.remove(integrationId);
  else await keep(workspaces, integrationId, workspace);
  return reply.code(204).send();
}

async function takeIdentities(
  { identities }: IntegrationFeedDependencies,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const parsed = identityBody.safeParse(jsonOf(bodyOf(request)));
  if (!parsed.success) return reply.code(400).send({ error: 'bad_request' });
  await identities.replace(parsed.data);
  return reply.code(204).send();
}

/** Its name, domain and grid are control's to know: nothing here needs them yet. */
function keep(
  workspaces: SlackWorkspaceStore,
  integrationId: string,
  { teamId, status, botToken, organizationIds }: z.output<typeof slackWorkspace>,
): Promise<void> {
  const isActive = status === 'active';
  return workspaces.put({ integrationId, teamId, botToken: botToken ?? undefined, isActive, organizationIds });
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
