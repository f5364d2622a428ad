import { createHash, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable, UnauthorizedException } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { counter } from '@switchyard/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ADMIN_SETTINGS } from './admin.settings';
import type { AdminSettings } from './admin.settings';

const adminRefusals = counter({
  name: 'switchyard_admin_refusals_total',
  help: 'Admin requests refused for want of the right token.',
  labels: ['reason'],
});

/** Lets in who presents the admin token. Hashing both sides makes the comparison's time say nothing, not even the length. */
@Injectable()
export class AdminGuard implements CanActivate {
  private readonly expected: Buffer;

  constructor(@Inject(ADMIN_SETTINGS) { adminToken }: AdminSettings) {
    this.expected = sha256(adminToken);
  }

  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp();
    const [scheme, token] = (http.getRequest<FastifyRequest>().headers.authorization ?? '').split(' ', 2);
    const isGiven = scheme?.toLowerCase() === 'bearer' && token !== undefined;
    if (isGiven && timingSafeEqual(sha256(token), this.expected)) return true;
    adminRefusals.inc({ reason: isGiven ? 'wrong_token' : 'no_token' });
    http.getResponse<FastifyReply>().header('www-authenticate', 'Bearer realm="switchyard-admin"');
    throw new UnauthorizedException('send Authorization: Bearer with the value of SWITCHYARD_ADMIN_TOKEN');
  }
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
