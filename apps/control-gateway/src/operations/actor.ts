import type { FastifyRequest } from 'fastify';

const ACTOR = /^[\w.@+ -]{1,64}$/;

/** Who acts, for the audit log: the name that came with the request, or the token that it was sent with. */
export function actorOf({ headers }: FastifyRequest): string {
  const given = headers['x-switchyard-actor'];
  return typeof given === 'string' && ACTOR.test(given) ? given : 'admin token';
}
