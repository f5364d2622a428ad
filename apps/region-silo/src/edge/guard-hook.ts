import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RegionGuard } from '@switchyard/silo';
import type { Logger } from '@switchyard/telemetry';
import type { GatewayPass } from '../handlers/contract';

const EMPTY = Buffer.alloc(0);

/** The exact bytes of a request's body; empty when it had none. */
export function bodyOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : EMPTY;
}

/** A Fastify hook that lets only the gateway's requests through; see {@link isGuardHook}. */
export type GuardHook = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

const guardHooks = new WeakSet<object>();
const passes = new WeakMap<FastifyRequest, GatewayPass>();

/** Whether a hook was made by {@link createGuardHook}: what the route audit looks for. */
export function isGuardHook(hook: unknown): boolean {
  return typeof hook === 'function' && guardHooks.has(hook);
}

/**
 * What the guard proved about a request.
 *
 * @throws Error when the request did not pass the guard: its route was mounted without it
 */
export function passOf(request: FastifyRequest): GatewayPass {
  const pass = passes.get(request);
  if (pass === undefined) throw new Error('the request did not pass the region guard');
  return pass;
}

/** Makes the hook. Runs after the body was read, because the signature covers it. */
export function createGuardHook(guard: RegionGuard, logger: Logger): GuardHook {
  const hook: GuardHook = async (request, reply) => {
    const verdict = guard.guardRequest(toGuarded(request, bodyOf(request)));
    if (verdict.kind === 'refused') return refuse(request, reply, verdict.reason, logger);
    passes.set(request, verdict);
    return undefined;
  };
  guardHooks.add(hook);
  return hook;
}

/**
 * Makes a hook that refuses, before the body is read, what carries no signature at all: strangers cannot make this
 * process hold megabytes. It replaces nothing: the guard still checks what passes here.
 */
export function createUnsignedHook(guard: RegionGuard, logger: Logger): GuardHook {
  return async (request, reply) => {
    if (request.headers['x-gateway-signature'] !== undefined) return undefined;
    const verdict = guard.guardRequest(toGuarded(request, EMPTY));
    return refuse(request, reply, verdict.kind === 'refused' ? verdict.reason : 'missing_headers', logger);
  };
}

function toGuarded(request: FastifyRequest, body: Buffer) {
  const { method, url } = request.raw;
  return { method: method ?? '', url: url ?? '', headers: request.headers, body };
}

function refuse(request: FastifyRequest, reply: FastifyReply, reason: string, logger: Logger): FastifyReply {
  logger.warn({ reason, remote_address: request.ip }, 'delivery.refused');
  return reply.code(401).send({ error: reason });
}
