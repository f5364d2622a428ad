import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import type { AdminScope } from './scope';

/** Who is at the other end of an admin request. */
export interface Principal {
  /** Stands in the audit log. */
  readonly name: string;
  readonly scope: AdminScope;
  /** The personal token that it came with, or was signed in with. */
  readonly tokenId?: string;
  /** Whether a browser sent it by itself, with a cookie. */
  readonly isSession: boolean;
}

/** The name of who comes with the token of the settings. */
export const BOOTSTRAP_ACTOR = 'admin-token';

const ON_BEHALF = /^[\w.@+ -]{1,64}$/;

/** Not a property of the request, which somebody else could set. */
const principals = new WeakMap<object, Principal>();

/** Keeps who was let in with the request. */
export function rememberPrincipal(request: object, principal: Principal): void {
  principals.set(request, principal);
}

/** Who was let in. @throws Error on a route without the guard */
export function principalOf(request: object): Principal {
  const principal = principals.get(request);
  if (principal === undefined) throw new Error('the route has no admin guard');
  return principal;
}

/**
 * Who acts, for the audit log: the authenticated name. `X-Switchyard-Actor` may add for whom (`ci (on behalf of ada)`), and never
 * replaces it: anybody with a token can write it.
 */
export function actorOf(request: { readonly headers: IncomingHttpHeaders }): string {
  const { name } = principalOf(request);
  const given = request.headers['x-switchyard-actor'];
  return typeof given === 'string' && ON_BEHALF.test(given) ? `${name} (on behalf of ${given})` : name;
}

/** Parameter of a controller: {@link actorOf} its request. */
export const Actor = createParamDecorator((_data: unknown, context: ExecutionContext): string =>
  actorOf(context.switchToHttp().getRequest<{ headers: IncomingHttpHeaders }>()),
);
