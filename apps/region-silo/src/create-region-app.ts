import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { systemClock } from '@switchyard/primitives';
import { RegionGuard } from '@switchyard/silo';
import { createLogger, listenerLimits, NestLogger } from '@switchyard/telemetry';
import { AppModule } from './app.module';
import type { AppRuntime } from './app.module';
import { BatchService } from './edge/batch.service';
import { mountEdge } from './edge/edge.routes';
import { EdgeService } from './edge/edge.service';
import { auditRoutes, requireGuardedRoutes } from './edge/route-audit';
import type { AuditedRoute } from './edge/route-audit';
import { mountIntegrationFeed } from './integrations/integration-feed.route';
import { IntegrationSecrets } from './integrations/integration-secrets';
import { SlackIdentityStore } from './slack-workspaces/slack-identity.store';
import { SlackWorkspaceStore } from './slack-workspaces/slack-workspace.store';
import { TeamPages } from './slack-teams/team-pages';
import { mountTeamPages } from './slack-teams/team-pages.route';
import type { RegionSettings } from './region-settings';

/** A region silo that is ready to listen. */
export interface RegionApp {
  readonly app: NestFastifyApplication;
  /** Every route it has. */
  readonly routes: readonly AuditedRoute[];
}

/**
 * Builds a region silo; the database has been migrated before.
 *
 * @throws SwitchyardError when a route has no region guard
 */
export async function createRegionApp(settings: RegionSettings, given: Partial<AppRuntime> = {}): Promise<RegionApp> {
  const runtime: AppRuntime = {
    logger: given.logger ?? createLogger('region-silo', settings.service.logLevel),
    clock: given.clock ?? systemClock,
  };
  const adapter = new FastifyAdapter(listenerLimits());
  const routes = auditRoutes(adapter.getInstance());
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(settings, runtime), adapter, {
    bodyParser: false,
    logger: new NestLogger(runtime.logger),
    abortOnError: false,
  });
  mountEdge(adapter.getInstance(), {
    guard: app.get(RegionGuard),
    edge: app.get(EdgeService),
    batches: app.get(BatchService),
    logger: runtime.logger,
  });
  mountIntegrationFeed(adapter.getInstance(), {
    guard: app.get(RegionGuard),
    secrets: app.get(IntegrationSecrets),
    workspaces: app.get(SlackWorkspaceStore),
    identities: app.get(SlackIdentityStore),
    logger: runtime.logger,
  });
  mountTeamPages(adapter.getInstance(), {
    guard: app.get(RegionGuard),
    pages: app.get(TeamPages),
    logger: runtime.logger,
  });
  warnOfUncheckedSenders(settings, runtime);
  try {
    await app.init();
    await adapter.getInstance().ready();
    requireGuardedRoutes(routes);
  } catch (error) {
    // Its loops and connections must not outlive a start that failed.
    await app.close();
    throw error;
  }
  return { app, routes };
}

/** Once at start, for what all integrations of a provider share; the others are told of by integration. */
function warnOfUncheckedSenders({ providerApps }: RegionSettings, { logger }: AppRuntime): void {
  if (providerApps.githubWebhookSecrets.length === 0)
    logger.warn({ provider: 'github' }, 'provider_signature.unchecked');
  if (providerApps.slackSigningSecrets.length === 0) logger.warn({ provider: 'slack' }, 'provider_signature.unchecked');
  if (providerApps.discordPublicKeys.length === 0) logger.warn({ provider: 'discord' }, 'provider_signature.unchecked');
}
