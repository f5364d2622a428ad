/** How one request ended. */
export type RequestCategory = 'success' | 'error' | 'timeout' | 'fatal';

/** What is counted for, and which ends of a request exist for it (spec: outgoing-webhooks.md §3.1, §3.2). */
export interface HealthSubject {
  readonly kind: 'app' | 'app_alerts' | 'integration';
  /** Braces keep the keys of one subject on one slot of a Redis cluster. */
  readonly key: string;
  readonly categories: readonly RequestCategory[];
}

const APP_CATEGORIES = ['success', 'error', 'timeout'] as const;

/** Deliveries of subscriptions of one app to one organization. */
export function appSubject(appId: string, organizationId: string): HealthSubject {
  return { kind: 'app', key: `sentry-app-error:{${appId}:${organizationId}}`, categories: APP_CATEGORIES };
}

/** Deliveries of alert rules: they are not switched off by a disable, so they must not lead to one either. */
export function appAlertsSubject(appId: string, organizationId: string): HealthSubject {
  const { key } = appSubject(appId, organizationId);
  return { kind: 'app_alerts', key: `${key}:alerts`, categories: APP_CATEGORIES };
}

/** Requests to a first-party integration. */
export function integrationSubject(integrationId: string): HealthSubject {
  return {
    kind: 'integration',
    key: `sentry-integration-error:{${integrationId}}`,
    categories: ['success', 'error', 'fatal'],
  };
}
