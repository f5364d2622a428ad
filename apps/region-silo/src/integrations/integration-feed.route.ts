import { INTEGRATION_FEED_PATH } from '@switchyard/silo';
import type { RegionGuard } from '@switchyard/silo';
import type { Logger } from '@switchyard/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { bodyOf, createGuardHook, createUnsignedHook } from '../edge/guard-hook';
import type { IntegrationSecrets } from './integration-secrets';

const BODY_MAX_BYTES = 16 * 1024;

/** `webhookSecrets` empty: forget what there is. */
const feedBody = z.strictObject({
  integrationId: z.string().regex(/^[1-9]\d{0,18}$/),
  provider: z
    .string()
    .regex(/^[a-z][a-z_]{0,63}$/)
    .nullable(),
  webhookSecrets: z.array(z.string().min(1).max(256)).max(5),
});

/** What the route is made of. */
export interface IntegrationFeedDependencies {
  readonly guard: RegionGuard;
  readonly secrets: IntegrationSecrets;
  readonly logger: Logger;
}

/** Mounts the address at which control tells this region what it may know of integrations; behind the region guard. */
export function mountIntegrationFeed(
  fastify: FastifyInstance,
  { guard, secrets, logger }: IntegrationFeedDependencies,
): void {
  void fastify.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) => parsed(null, body));
    scope.route({
      method: 'POST',
      url: INTEGRATION_FEED_PATH,
      bodyLimit: BODY_MAX_BYTES,
      onRequest: createUnsignedHook(guard, logger),
      preHandler: createGuardHook(guard, logger),
      handler: (request, reply) => take(secrets, request, reply),
    });
    done();
  });
}

async function take(secrets: IntegrationSecrets, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const parsed = feedBody.safeParse(jsonOf(bodyOf(request)));
  // No word about what is wrong with it: its values are secrets.
  if (!parsed.success) return reply.code(400).send({ error: 'bad_request' });
  const { integrationId, provider, webhookSecrets } = parsed.data;
  if (provider === null || webhookSecrets.length === 0) await secrets.remove(integrationId);
  else await secrets.put(integrationId, provider, webhookSecrets);
  return reply.code(204).send();
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
