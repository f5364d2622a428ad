import {
  Body,
  ConflictException,
  Controller,
  Get,
  HttpCode,
  Inject,
  NotFoundException,
  Param,
  Post,
  Query,
  UseGuards,
} from '@nestjs/common';
import { Actor, AdminGuard, readBody, readQuery } from '@switchyard/admin-api';
import {
  appAlertsSubject,
  appSubject,
  IntegrationHealthService,
  REQUEST_BUFFER_STORE,
} from '@switchyard/integration-request-buffer';
import type { RequestBufferStore } from '@switchyard/integration-request-buffer';
import { DeliveryLog } from '../deliveries/delivery-log.service';
import { DisableService } from '../disabling/disable.service';
import { ProbeService } from '../disabling/probe.service';
import { AppStore } from '../platform/app.store';
import type { App } from '../platform/app';
import { RESOURCES } from '@switchyard/app-events';
import { CALL_EVENTS } from '../calls/app-call.service';
import { deliveriesQuery, enableBody, replayBody, requestsQuery, slug } from './schemas';

/** Everything that the request log has lists of. */
const LOGGED_EVENTS = [
  ...Object.values(RESOURCES).flat(),
  'issue.archived',
  'installation.created',
  'installation.deleted',
  'event_alert.triggered',
  'metric_alert.open',
  'metric_alert.resolved',
  'metric_alert.critical',
  'metric_alert.warning',
  'endpoint.probe',
  ...CALL_EVENTS,
];

/** How an app's webhooks do, and what can be done about it. */
@Controller('admin/api/apps/:slug')
@UseGuards(AdminGuard)
export class AppOperationsController {
  constructor(
    private readonly apps: AppStore,
    private readonly log: DeliveryLog,
    private readonly health: IntegrationHealthService,
    @Inject(REQUEST_BUFFER_STORE) private readonly buffer: RequestBufferStore,
    private readonly disabling: DisableService,
    private readonly probes: ProbeService,
  ) {}

  /** Newest first; what they carry is not shown. */
  @Get('deliveries')
  async deliveries(@Param('slug') name: string, @Query() query: unknown) {
    const { limit, after, status } = readQuery(deliveriesQuery, query);
    const app = await this.find(name);
    const items = await this.log.list(app.id, limit, after, status);
    return { items, next: items.length === limit ? (items.at(-1)?.id ?? null) : null };
  }

  @Post('deliveries/replay')
  @HttpCode(200)
  async replay(@Param('slug') name: string, @Body() body: unknown, @Actor() actor: string) {
    const app = await this.find(name);
    return { replayed: await this.log.replay(app, readBody(replayBody, body), actor) };
  }

  /** The last requests with codes and times, redacted. */
  @Get('requests')
  async requests(@Param('slug') name: string, @Query() query: unknown) {
    const { event, errorsOnly } = readQuery(requestsQuery, query);
    const app = await this.find(name);
    const eventNames = event === undefined ? LOGGED_EVENTS : [event];
    return { items: await this.buffer.requests({ appId: app.id, eventNames, isErrorsOnly: errorsOnly === 'true' }) };
  }

  /** Counts per day, today first, with the verdict; alert rules apart. */
  @Get('health')
  async appHealth(@Param('slug') name: string) {
    const { id, organizationId, state, disabledAt, disabledRule } = await this.find(name);
    const [events, alerts] = await Promise.all([
      this.health.judge(appSubject(id, organizationId)),
      this.health.judge(appAlertsSubject(id, organizationId)),
    ]);
    return { state, disabledAt, disabledRule, ...events, alerts: alerts.days };
  }

  /** Gives a disabled app its subscriptions back, when its endpoint answers a probe. */
  @Post('enable')
  @HttpCode(200)
  async enable(@Param('slug') name: string, @Body() body: unknown, @Actor() actor: string): Promise<App> {
    const app = await this.find(name);
    if (app.state !== 'disabled') throw new ConflictException('the app is not disabled');
    if (!readBody(enableBody, body ?? {}).withoutProbe) {
      const result = await this.probes.probe(app);
      if (result.kind !== 'delivered') {
        throw new ConflictException(
          `the endpoint did not take the probe: ${result.reason}; mend it, or say withoutProbe`,
        );
      }
    }
    const enabled = await this.disabling.enable(app, actor);
    if (enabled === undefined) throw new ConflictException('somebody else has enabled it');
    return enabled;
  }

  private async find(name: string): Promise<App> {
    const app = await this.apps.find(readBody(slug, name));
    if (app === undefined) throw new NotFoundException(`there is no app ${name}`);
    return app;
  }
}
