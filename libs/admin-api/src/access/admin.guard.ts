import { HttpException, Injectable, SetMetadata } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AdminAccess } from './admin-access';
import type { Refusal } from './admin-access';
import { rememberPrincipal } from './principal';
import { scopeOfMethod } from './scope';
import type { AdminScope } from './scope';

const SCOPE = Symbol('ADMIN_SCOPE');

const WORDS = { 401: 'unauthorized', 403: 'forbidden', 429: 'too_many_failures' } as const;

/** The scope of a route, or of all routes of a controller, where it is another than its method's. */
export const RequiresScope = (scope: AdminScope) => SetMetadata(SCOPE, scope);

/** Lets in who may: reading needs `viewer`, everything else `operator`, or what {@link RequiresScope} says. */
@Injectable()
export class AdminGuard implements CanActivate {
  constructor(
    private readonly access: AdminAccess,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const marked = this.reflector.getAllAndOverride<AdminScope | undefined>(SCOPE, [
      context.getHandler(),
      context.getClass(),
    ]);
    const verdict = await this.access.check(request.raw, marked ?? scopeOfMethod(request.method));
    if (verdict.kind === 'refused') throw problemOf(verdict, http.getResponse<FastifyReply>());
    rememberPrincipal(request, verdict.principal);
    return true;
  }
}

/** The body of a refusal: `error` is a stable word. */
export const refusalBody = ({ status, detail }: Refusal) => ({ error: WORDS[status], detail });

/** The headers of a refusal. */
export function refusalHeaders({ status, retryAfterSeconds }: Refusal): Record<string, string> {
  return {
    ...(status === 401 && { 'www-authenticate': 'Bearer realm="switchyard-admin"' }),
    ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
  };
}

function problemOf(refusal: Refusal, reply: FastifyReply): HttpException {
  void reply.headers(refusalHeaders(refusal));
  return new HttpException(refusalBody(refusal), refusal.status);
}
