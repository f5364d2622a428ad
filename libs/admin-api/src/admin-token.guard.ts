import { createHash, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable, UnauthorizedException } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { counter } from '@switchyard/telemetry';

/** DI token of the bearer token of the admin API. */
export const ADMIN_TOKEN = Symbol('ADMIN_TOKEN');

const refusalsTotal = counter({
  name: 'switchyard_admin_refusals_total',
  help: 'Requests to the admin API without the right bearer token.',
});

/** Lets in who knows the admin token. Compares digests, in constant time, whatever the length of the guess. */
@Injectable()
export class AdminTokenGuard implements CanActivate {
  private readonly expected: Buffer;

  constructor(@Inject(ADMIN_TOKEN) token: string) {
    this.expected = digest(token);
  }

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<{ headers: { authorization?: string } }>();
    const [, token] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (token !== undefined && timingSafeEqual(digest(token), this.expected)) return true;
    refusalsTotal.inc();
    throw new UnauthorizedException({ error: 'unauthorized', detail: 'send the admin token as Bearer token' });
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
