import { Controller, Get, Header, HttpStatus, Res } from '@nestjs/common';
import { metricsRegistry } from './metrics';
import { ReadinessRegistry } from './readiness.registry';

/** As much of Fastify's reply as this controller uses. */
interface Reply {
  status(code: number): { send(body: unknown): void };
}

/** Probes and metrics. */
@Controller()
export class HealthController {
  constructor(private readonly readiness: ReadinessRegistry) {}

  /** The process runs and its event loop turns; says nothing about dependencies. */
  @Get('healthz')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** Whether the app can do its work now: 200, or 503 with the checks that fail. */
  @Get('readyz')
  async ready(@Res() reply: Reply): Promise<void> {
    const checks = await this.readiness.results();
    const isReady = checks.every((check) => check.isReady);
    reply
      .status(isReady ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
      .send({ status: isReady ? 'ready' : 'not ready', checks });
  }

  @Get('metrics')
  @Header('content-type', metricsRegistry.contentType)
  metrics(): Promise<string> {
    return metricsRegistry.metrics();
  }
}
