import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { KeyRing, PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { GuardedClient } from '@switchyard/http-client';
import type { GuardedRequest, GuardedResult } from '@switchyard/http-client';
import { REQUEST_BUFFER_STORE, requestLogEntry } from '@switchyard/integration-request-buffer';
import type { RequestBufferStore } from '@switchyard/integration-request-buffer';
import { CLOCK } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';
import { describeError, LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { AppSecretBox } from '../platform/app-secrets';
import { deliveryResultOf } from '../sending/delivery-result';
import { hookSignature } from '../sending/signature';
import { WEBHOOK_SETTINGS } from '../webhook.settings';
import type { WebhookSettings } from '../webhook.settings';
import { componentUrl } from './component-url';

/** What the product asks an app while somebody waits for the answer (outgoing-webhooks.md §8.8). */
export const CALL_EVENTS = [
  'select_options.requested',
  'external_issue.created',
  'external_issue.linked',
  'alert_rule_action.requested',
] as const;

export type CallEvent = (typeof CALL_EVENTS)[number];

/** One question to an app's own form. */
export interface AppCall {
  readonly event: CallEvent;
  /** Path of the component at the app's host. */
  readonly uri: string;
  /** `select_options.requested` only: further members of the query. */
  readonly query?: Readonly<Record<string, string>> | undefined;
  /** JSON for the others. */
  readonly body?: unknown;
}

/** What the app said. `answered` with any status below 400; `message` is meant for the person who waits. */
export type AppCallResult =
  | { readonly kind: 'answered'; readonly status: number; readonly body: unknown; readonly message: string }
  | { readonly kind: 'failed'; readonly reason: string; readonly status: number | null; readonly message: string };

interface Row {
  readonly app_id: string;
  readonly app_uuid: string;
  readonly app_name: string;
  readonly is_internal: boolean;
  readonly organization_id: string;
  readonly webhook_url: string | null;
  readonly sealed_secrets: Buffer;
}

const MESSAGE_MAX = 500;
const SUCCEEDED = 'Success!';
const FAILED = 'Something went wrong!';

/**
 * Asks an app's endpoint on behalf of a person who waits: signed, guarded and logged like a webhook, never repeated, and never
 * counted towards disabling the app.
 */
@Injectable()
export class AppCalls {
  private readonly secrets: AppSecretBox;

  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    keys: KeyRing,
    private readonly client: GuardedClient,
    @Inject(REQUEST_BUFFER_STORE) private readonly buffer: RequestBufferStore,
    @Inject(WEBHOOK_SETTINGS) private readonly settings: WebhookSettings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.secrets = new AppSecretBox(keys);
  }

  /** `undefined` when there is no such installation. */
  async call(installationUuid: string, call: AppCall): Promise<AppCallResult | undefined> {
    const row = await this.find(installationUuid);
    if (row === undefined) return undefined;
    const isGet = call.event === 'select_options.requested';
    const url = componentUrl(
      row.webhook_url ?? '',
      call.uri,
      isGet ? { installationId: installationUuid, ...call.query } : {},
    );
    if (url === undefined) return failed(row.app_name, 'invalid_url', null);
    const body = isGet ? Buffer.alloc(0) : Buffer.from(JSON.stringify(call.body ?? {}));
    const { client } = this.secrets.open(row.app_uuid, row.sealed_secrets, this.clock.now());
    const request: GuardedRequest = {
      ...this.settings,
      method: isGet ? 'GET' : 'POST',
      url,
      headers: {
        'Content-Type': 'application/json',
        'User-Agent': 'switchyard/1',
        'Request-ID': randomBytes(16).toString('hex'),
        [`${this.settings.headerPrefix}-App-Signature`]: hookSignature(client, body),
      },
      body,
    };
    const atMs = this.clock.now();
    const exchange = await this.client.send(request);
    await this.record(row, call.event, request, exchange, atMs);
    return resultOf(row.app_name, exchange);
  }

  private async find(installationUuid: string): Promise<Row | undefined> {
    const { rows } = await this.pool.query<Row>(
      `SELECT app.id::text AS app_id, app.uuid AS app_uuid, app.name AS app_name, app.kind = 'internal' AS is_internal,
         installation.organization_id::text, app.webhook_url, app.sealed_secrets
       FROM app_installation AS installation JOIN app ON app.id = installation.app_id
       WHERE installation.uuid = $1 AND installation.status = 'installed' AND app.state <> 'deleted'`,
      [installationUuid],
    );
    return rows[0];
  }

  private async record(
    row: Row,
    eventName: CallEvent,
    request: GuardedRequest,
    exchange: GuardedResult,
    atMs: number,
  ): Promise<void> {
    const result = deliveryResultOf(exchange, atMs);
    const entry = requestLogEntry({
      atMs,
      url: request.url,
      deliveryId: request.headers['Request-ID'] ?? '',
      attempt: 1,
      durationMs: exchange.phases.totalMs,
      headers: request.headers,
      body: request.body,
      ...(row.is_internal ? {} : { organizationId: row.organization_id }),
      ...('reason' in result ? { failureReason: result.reason } : {}),
      ...(exchange.kind === 'response' ? { response: exchange } : {}),
    });
    try {
      await this.buffer.record({ log: { appId: row.app_id, eventName, entry } });
    } catch (error) {
      this.logger.warn({ error: describeError(error), app: row.app_id }, 'webhook_record.failed');
    }
  }
}

function resultOf(appName: string, exchange: GuardedResult): AppCallResult {
  if (exchange.kind === 'failure') return failed(appName, exchange.reason, null);
  const body = jsonOf(exchange.body);
  const said = messageIn(body);
  if (exchange.status >= 300)
    return failed(appName, exchange.status < 400 ? 'redirect' : 'refused', exchange.status, said);
  return { kind: 'answered', status: exchange.status, body, message: `${appName}: ${said ?? SUCCEEDED}` };
}

function failed(appName: string, reason: string, status: number | null, said?: string): AppCallResult {
  return { kind: 'failed', reason, status, message: `${appName}: ${said ?? FAILED}` };
}

function messageIn(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('message' in body)) return undefined;
  return typeof body.message === 'string' && body.message !== '' ? body.message.slice(0, MESSAGE_MAX) : undefined;
}

/** `null` for what is no JSON: a person has no use for an error page. */
function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    return null;
  }
}
