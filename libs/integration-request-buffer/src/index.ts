export { CategoryNotAllowedError } from './category-not-allowed.error';
export { classifyOutcome } from './classify-outcome';
export type { AttemptOutcome } from './classify-outcome';
export { PostgresRequestBufferStore } from './drivers/postgres/postgres-request-buffer.store';
export { RedisRequestBufferStore } from './drivers/redis/redis-request-buffer.store';
export { judgeHealth } from './health-rule';
export type { DayCounts, HealthThresholds, HealthVerdict } from './health-rule';
export { appAlertsSubject, appSubject, integrationSubject } from './health-subject';
export type { HealthSubject, RequestCategory } from './health-subject';
export { IntegrationHealthService } from './integration-health.service';
export type { JudgedHealth } from './integration-health.service';
export { requestBufferMigrations } from './migrations';
export { REQUEST_BUFFER_LIMITS, REQUEST_BUFFER_STORE } from './request-buffer.store';
export type {
  LoggedRequest,
  RequestBufferLimits,
  RequestBufferStore,
  RequestLogQuery,
  RequestRecord,
} from './request-buffer.store';
export { isFailure, requestLogEntry } from './request-log-entry';
export type { RequestAttempt, RequestFailureReason, RequestLogEntry } from './request-log-entry';
