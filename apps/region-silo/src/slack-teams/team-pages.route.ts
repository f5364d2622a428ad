import type { RegionGuard } from '@switchyard/silo';
import { PAGE_HEADERS } from '@switchyard/slack';
import type { Logger } from '@switchyard/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { bodyOf, createGuardHook, createUnsignedHook } from '../edge/guard-hook';
import type { TeamPageRequest, TeamPages } from './team-pages';

/** A team and a token for the form. */
const BODY_MAX_BYTES = 8 * 1024;
const USER_ID = /^[1-9]\d{0,18}$/;
const FORM = /^application\/x-www-form-urlencoded(?:;|$)/i;
const PURPOSES = { 'link-team': 'link_team', 'unlink-team': 'unlink_team' } as const;

/** What the routes are made of. */
export interface TeamPageDependencies {
  readonly guard: RegionGuard;
  readonly pages: TeamPages;
  readonly logger: Logger;
}

/** Mounts the pages about teams; behind the region guard, because the gateway says who is signed in. */
export function mountTeamPages(fastify: FastifyInstance, { guard, pages, logger }: TeamPageDependencies): void {
  void fastify.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) => parsed(null, body));
    for (const [path, purpose] of Object.entries(PURPOSES)) {
      scope.route({
        method: ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'],
        // Not a parameter: Fastify cuts those off at a hundred characters.
        url: `/extensions/slack/${path}/*`,
        bodyLimit: BODY_MAX_BYTES,
        onRequest: createUnsignedHook(guard, logger),
        preHandler: createGuardHook(guard, logger),
        handler: (request, reply) => answer(pages, purpose, request, reply),
      });
    }
    done();
  });
}

async function answer(
  pages: TeamPages,
  purpose: TeamPageRequest['purpose'],
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const isPost = request.method === 'POST';
  if (!isPost && request.method !== 'GET')
    return reply.code(405).header('allow', 'GET, POST').send({ error: 'method_not_allowed' });
  const { '*': rest = '' } = request.params as { '*'?: string };
  const token = rest.replace(/\/$/, '');
  const form = isPost ? readForm(request) : undefined;
  const { status, html } = await pages.answer({ purpose, token, userId: browserUserOf(request), form });
  return reply.code(status).headers(PAGE_HEADERS).send(html);
}

/** The gateway drops what browsers have in the query, and names there whom it knows; its signature covers the query. */
function browserUserOf({ query }: FastifyRequest): string | undefined {
  const { user } = query as { user?: unknown };
  return typeof user === 'string' && USER_ID.test(user) ? user : undefined;
}

/** Empty when it is none, or when another site's page sends it: then it lacks what makes it ours. */
function readForm(request: FastifyRequest): ReadonlyMap<string, string> {
  const { 'content-type': mediaType = '', 'sec-fetch-site': site = 'same-origin' } = request.headers;
  if (!FORM.test(mediaType) || site !== 'same-origin') return new Map();
  return new Map(new URLSearchParams(bodyOf(request).toString('utf8')));
}
