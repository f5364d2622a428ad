import { SwitchyardError } from '@switchyard/primitives';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { isGuardHook } from './guard-hook';

/** One route of the app, as it was registered. */
export interface AuditedRoute {
  readonly methods: readonly string[];
  readonly url: string;
  readonly isGuarded: boolean;
}

/** The only routes without the region guard: probes and metrics, and the admin API, which has a guard of its own. */
export const UNGUARDED_ROUTES: readonly string[] = [
  '/healthz',
  '/readyz',
  '/metrics',
  '/admin/api/alert-rules/:id',
  '/admin/api/alert-rules/:id/fire',
  '/admin/api/app-events',
  '/admin/api/audit',
  '/admin/api/commits',
  '/admin/api/deliveries',
  '/admin/api/external-issues',
  '/admin/api/integrations/:integrationId',
  '/admin/api/issues/:id',
  '/admin/api/issues/:id/activities',
  '/admin/api/issues/:id/changes',
  '/admin/api/organizations/:id',
  '/admin/api/organizations/:id/members/:userId',
  '/admin/api/organizations/:id/membership-requests',
  '/admin/api/organizations/:id/membership-requests/:requestId',
  '/admin/api/projects/:id',
  '/admin/api/pull-requests',
  '/admin/api/slack-workspaces/:id',
  '/admin/api/teams/:id',
  '/admin/api/tokens',
  '/admin/api/tokens/:id',
];

/** Notes every route from now on, whoever registers it. To be called before the first one. */
export function auditRoutes(fastify: FastifyInstance): readonly AuditedRoute[] {
  const routes: AuditedRoute[] = [];
  fastify.addHook('onRoute', (route: RouteOptions) => {
    routes.push({
      methods: [route.method].flat(),
      url: route.url,
      isGuarded: [route.preHandler ?? []].flat().some(isGuardHook),
    });
  });
  return routes;
}

/**
 * Refuses to start an app with a route that anybody could call.
 *
 * @throws SwitchyardError `SWY_REGION_ROUTE_UNGUARDED` that names the routes
 */
export function requireGuardedRoutes(routes: readonly AuditedRoute[]): void {
  const open = routes.filter(({ url, isGuarded }) => !isGuarded && !UNGUARDED_ROUTES.includes(url));
  if (open.length === 0) return;
  const urls = [...new Set(open.map(({ url }) => url))];
  throw new SwitchyardError(`Routes without the region guard: ${urls.join(', ')}`, {
    code: 'SWY_REGION_ROUTE_UNGUARDED',
    remedy: 'Mount them with the guard hook, or add them to UNGUARDED_ROUTES and say there what protects them.',
    details: { urls },
  });
}
