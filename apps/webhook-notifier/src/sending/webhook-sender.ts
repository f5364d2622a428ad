import { randomBytes } from 'node:crypto';
import type { GuardedClient, GuardedRequest, GuardedResult } from '@switchyard/http-client';
import { appAlertsSubject, appSubject, classifyOutcome, requestLogEntry } from '@switchyard/integration-request-buffer';
import type { IntegrationHealthService, RequestLogEntry } from '@switchyard/integration-request-buffer';
import type { Clock } from '@switchyard/primitives';
import { describeError } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { attemptOutcomeOf, deliveryResultOf } from './delivery-result';
import type { DeliveryResult } from './delivery-result';
import { eventName } from './platform-event';
import type { PlatformEvent } from './platform-event';
import { buildWebhookRequest } from './webhook-request';
import type { AppSecrets, WebhookRequest } from './webhook-request';

/** The app that is told. */
export interface ReceivingApp {
  readonly id: string;
  /** Only internal apps are judged and can be disabled. */
  readonly isInternal: boolean;
  readonly webhookUrl: string | undefined;
  readonly secrets: AppSecrets;
}

/** One attempt of one delivery. */
export interface DeliveryAttempt {
  readonly app: ReceivingApp;
  readonly organizationId: string;
  readonly event: PlatformEvent;
  readonly deliveryId: string;
  /** 1 for the first. */
  readonly attempt: number;
  readonly isReplay?: boolean;
  /** Instead of the app's own. */
  readonly url?: string;
}

/** Bounds and names of outgoing requests. */
export interface SenderOptions {
  readonly totalTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly firstByteTimeoutMs: number;
  readonly maxResponseBytes: number;
  readonly headerPrefix: string;
  readonly userAgent: string;
  readonly isStrict: boolean;
  readonly isAscii?: boolean;
}

/** A disable does not stop these, so they do not count towards one. */
const ALERT_RESOURCES: ReadonlySet<string> = new Set(['event_alert', 'metric_alert', 'activity_alert']);

/**
 * Makes one attempt, keeps its books and says what it means; never throws because of the receiver, and a log that cannot
 * be written does not undo a delivery. Repeating is the queue's work.
 */
export class WebhookSender {
  constructor(
    private readonly client: GuardedClient,
    private readonly health: IntegrationHealthService,
    private readonly options: SenderOptions,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  async send(delivery: DeliveryAttempt): Promise<DeliveryResult> {
    const { app, event } = delivery;
    const url = delivery.url || app.webhookUrl;
    if (url === undefined || url === '') return { kind: 'not_sent', reason: 'no_url' };
    const atMs = this.clock.now();
    const request = buildWebhookRequest({
      event,
      secrets: app.secrets,
      deliveryId: delivery.deliveryId,
      requestId: randomBytes(16).toString('hex'),
      nowMs: atMs,
      headerPrefix: this.options.headerPrefix,
      userAgent: this.options.userAgent,
      isAscii: this.options.isAscii,
      isReplay: delivery.isReplay,
    });
    const exchange = await this.exchange({ url, ...request, ...this.options });
    const result = deliveryResultOf(exchange, this.clock.now());
    await this.record({ delivery, url, atMs, request: this.asLogged(request), exchange, result });
    return result;
  }

  /** Strict: the reference's HTTP client tries thrice more, at once, while nothing has been sent (outgoing-webhooks.md §2.3). */
  private async exchange(request: GuardedRequest): Promise<GuardedResult> {
    let exchange = await this.client.send(request);
    for (let tried = 1; this.options.isStrict && tried <= STRICT_HIDDEN_RETRIES && isUnsent(exchange); tried += 1)
      exchange = await this.client.send(request);
    return exchange;
  }

  /** Strict: the reference makes the headers anew for its log, so that it never shows the id that was sent (§1.6). */
  private asLogged(request: WebhookRequest): WebhookRequest {
    if (!this.options.isStrict) return request;
    return { ...request, headers: { ...request.headers, 'Request-ID': randomBytes(16).toString('hex') } };
  }

  private async record(done: Finished): Promise<void> {
    const { app, event, organizationId } = done.delivery;
    const isAlert = ALERT_RESOURCES.has(event.resource);
    const subject = isAlert ? appAlertsSubject(app.id, organizationId) : appSubject(app.id, organizationId);
    const category = app.isInternal
      ? classifyOutcome(attemptOutcomeOf(done.exchange), this.options.isStrict)
      : undefined;
    try {
      const entry = this.options.isStrict ? withLiteralBody(entryOf(done)) : entryOf(done);
      await this.health.record(subject, category, { appId: app.id, eventName: eventName(event), entry });
    } catch (error) {
      this.logger.warn({ error: describeError(error), app: app.id }, 'webhook_record.failed');
    }
  }
}

const STRICT_HIDDEN_RETRIES = 3;

const isUnsent = (exchange: GuardedResult): boolean =>
  exchange.kind === 'failure' && (exchange.reason === 'refused' || exchange.reason === 'timeout_connect');

/** Strict: a JSON answer is kept as the text of a JSON string (§2.8). */
function withLiteralBody(entry: RequestLogEntry): RequestLogEntry {
  const { responseBody } = entry;
  return responseBody === undefined || !isJson(responseBody)
    ? entry
    : { ...entry, responseBody: JSON.stringify(responseBody) };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

interface Finished {
  readonly delivery: DeliveryAttempt;
  readonly url: string;
  readonly atMs: number;
  readonly request: WebhookRequest;
  readonly exchange: GuardedResult;
  readonly result: DeliveryResult;
}

function entryOf({ delivery, url, atMs, request, exchange, result }: Finished) {
  return requestLogEntry({
    atMs,
    url,
    deliveryId: delivery.deliveryId,
    attempt: delivery.attempt,
    durationMs: exchange.phases.totalMs,
    phases: Object.fromEntries(Object.entries(exchange.phases).map(([name, ms]) => [name, Math.round(Number(ms))])),
    headers: request.headers,
    body: request.body,
    ...(delivery.app.isInternal ? {} : { organizationId: delivery.organizationId }),
    ...('reason' in result ? { failureReason: result.reason } : {}),
    ...(exchange.kind === 'response' ? { response: exchange } : {}),
  });
}
