import { Inject, Injectable } from '@nestjs/common';
import { InboundRequest } from '@switchyard/parsers';
import { CLOCK } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';
import { LOGGER, requestIdOf } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { deliveriesTotal, deliveryDurationSeconds, duplicatesTotal } from '../deliveries/delivery-metrics';
import { DeliveryService } from '../deliveries/delivery.service';
import type { DeliveryTarget, SettledDelivery } from '../deliveries/delivery.service';
import type { GatewayPass, RegionHandler } from '../handlers/contract';
import { IntegrationSecrets } from '../integrations/integration-secrets';
import { findTarget } from './region-target';

/** DI token of the handlers by provider key. */
export const REGION_HANDLERS = Symbol('REGION_HANDLERS');

/** A request as the socket gave it. */
export interface RawRequest {
  readonly method: string;
  /** Path with query, as it came. */
  readonly url: string;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** What the gateway is answered. */
export interface EdgeAnswer {
  readonly status: number;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly requestId: string;
}

/** What became of a request, when the handler had no say in it. */
interface NotHandled {
  readonly outcome: 'unknown' | 'failed';
  readonly status: number;
  readonly json: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly because?: string;
}

type Result =
  SettledDelivery | (NotHandled & { readonly eventType?: undefined; readonly providerDeliveryId?: undefined });

/** Integrations of which a process remembers that it has told; beyond that it tells again. */
const TOLD_MAX = 10_000;

const NO_VIEW = { provider: 'none', viewName: 'none' } as const;

/** Brings a request that passed the region guard to its handler, answers it, counts it and writes its log line. */
@Injectable()
export class EdgeService {
  private readonly toldUnchecked = new Set<string>();

  constructor(
    @Inject(REGION_HANDLERS) private readonly handlers: ReadonlyMap<string, RegionHandler>,
    private readonly deliveries: DeliveryService,
    private readonly integrationSecrets: IntegrationSecrets,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Answers one request; never throws. */
  async handle(raw: RawRequest, pass: GatewayPass): Promise<EdgeAnswer> {
    const startedAt = this.clock.monotonic();
    const queryAt = raw.url.indexOf('?');
    const path = queryAt < 0 ? raw.url : raw.url.slice(0, queryAt);
    const lookup = findTarget(this.handlers, path);
    const request = new InboundRequest({
      method: raw.method,
      path,
      query: raw.url.slice(path.length + 1),
      rawHeaders: raw.rawHeaders,
      body: raw.body,
      view: lookup.kind === 'target' ? lookup.target.viewName : 'unknown',
      params: lookup.kind === 'target' ? lookup.params : {},
    });
    const requestId = requestIdOf(request.header('x-request-id'));
    const result =
      lookup.kind === 'unknown'
        ? unknownAddress(lookup.error)
        : await this.settle(lookup.target, request, pass, requestId);
    this.tell(lookup.kind === 'target' ? lookup.target : NO_VIEW, {
      request,
      pass,
      requestId,
      result,
      durationMs: this.clock.monotonic() - startedAt,
    });
    return { status: result.status, json: result.json, headers: result.headers, requestId };
  }

  private async settle(
    target: DeliveryTarget,
    request: InboundRequest,
    pass: GatewayPass,
    requestId: string,
  ): Promise<Result> {
    const methods = target.view.methods ?? POST_ONLY;
    if (!methods.includes(request.method)) return methodNotAllowed(methods);
    try {
      const integrationSecrets = await this.integrationSecrets.find(pass.integrationId);
      return await this.deliveries.settle(target, { request, pass, integrationSecrets, nowMs: this.clock.now() });
    } catch (error) {
      this.logger.error({ error, request_id: requestId, delivery_id: pass.deliveryId }, 'delivery.failed');
      return FAILED;
    }
  }

  private tell(
    { provider, viewName }: Pick<DeliveryTarget, 'provider' | 'viewName'>,
    delivery: {
      readonly request: InboundRequest;
      readonly pass: GatewayPass;
      readonly requestId: string;
      readonly result: Result;
      readonly durationMs: number;
    },
  ): void {
    const { request, pass, requestId, result, durationMs } = delivery;
    deliveriesTotal.inc({ provider, view: viewName, outcome: result.outcome });
    deliveryDurationSeconds.observe({ provider, view: viewName }, durationMs / 1000);
    if ('repeated' in result && result.repeated !== undefined) duplicatesTotal.inc({ provider, kind: result.repeated });
    if ('isSenderUnchecked' in result && result.isSenderUnchecked === true) {
      this.tellUnchecked(provider, pass.integrationId);
    }
    this.logger.info(
      {
        request_id: requestId,
        delivery_id: pass.deliveryId,
        attempt: request.header('x-gateway-attempt'),
        provider,
        view: viewName,
        integration_id: pass.integrationId,
        provider_delivery_id: result.providerDeliveryId,
        event_type: result.eventType,
        is_verified: pass.isVerified,
        outcome: result.outcome,
        reason: result.because,
        status: result.status,
        body_bytes: request.body.length,
        duration_ms: Math.round(durationMs * 100) / 100,
      },
      'delivery.handled',
    );
  }

  /** Once per integration: it holds for every request of it until somebody gives this region its secret. */
  private tellUnchecked(provider: string, integrationId: string | undefined): void {
    const key = `${provider}:${integrationId}`;
    if (this.toldUnchecked.has(key)) return;
    if (this.toldUnchecked.size >= TOLD_MAX) this.toldUnchecked.clear();
    this.toldUnchecked.add(key);
    this.logger.warn({ provider, integration_id: integrationId }, 'provider_signature.unchecked');
  }
}

const POST_ONLY: readonly string[] = ['POST'];

const methodNotAllowed = (methods: readonly string[]): Result => ({
  outcome: 'unknown',
  status: 405,
  json: { error: 'method_not_allowed' },
  headers: { allow: methods.join(', ') },
  because: `the method is not ${methods.join(' or ')}`,
});

/** The gateway tries again; nothing was written. */
const FAILED: Result = { outcome: 'failed', status: 500, json: { error: 'unexpected' } };

function unknownAddress(error: string): Result {
  return { outcome: 'unknown', status: 404, json: { error }, because: 'no handler has this address' };
}
