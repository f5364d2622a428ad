import { Module } from '@nestjs/common';
import type { DynamicModule, Provider } from '@nestjs/common';
import { AuditLog } from '@switchyard/audit-log';
import type { Clock } from '@switchyard/primitives';
import { AdminAccess } from './access/admin-access';
import { FailureLimiter } from './access/failure-limiter';
import { ADMIN_SETTINGS } from './admin.settings';
import type { AdminSettings } from './admin.settings';
import { AuditController } from './audit/audit.controller';
import { SessionCookies } from './sessions/cookies';
import { SESSION_LIMITS, SessionStore } from './sessions/session.store';
import type { SessionLimits } from './sessions/session.store';
import { sha256 } from './tokens/admin-token';
import { TokenStore } from './tokens/token.store';
import { TokensController } from './tokens/tokens.controller';

/** What {@link AdminAccessModule.forRoot} needs. */
export interface AdminAccessOptions {
  /** Name of the app. */
  readonly service: string;
  readonly admin: AdminSettings;
  readonly clock: Clock;
}

/** Who may use an app's admin API: what `AdminGuard` asks, the tokens and the audit log. Needs `PG_POOL`, from a global module. */
@Module({})
export class AdminAccessModule {
  static forRoot({ service, admin, clock }: AdminAccessOptions): DynamicModule {
    const limits: SessionLimits = {
      idleMinutes: admin.sessionIdleMinutes,
      hoursMax: admin.sessionHoursMax,
      bootstrapDigest: sha256(sha256(admin.adminToken)),
    };
    const isHttps = admin.adminUrl?.startsWith('https:') === true;
    const providers: Provider[] = [
      { provide: ADMIN_SETTINGS, useValue: admin },
      { provide: SESSION_LIMITS, useValue: limits },
      { provide: SessionCookies, useValue: new SessionCookies(service, isHttps) },
      { provide: FailureLimiter, useValue: new FailureLimiter(clock) },
      TokenStore,
      SessionStore,
      AuditLog,
      AdminAccess,
    ];
    return {
      module: AdminAccessModule,
      global: true,
      controllers: [TokensController, AuditController],
      providers,
      exports: [ADMIN_SETTINGS, SessionCookies, TokenStore, SessionStore, AuditLog, AdminAccess],
    };
  }
}
