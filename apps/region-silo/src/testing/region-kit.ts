import { request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateKey } from '@switchyard/database';
import { temporaryDatabase } from '@switchyard/database/testing';
import type { KeyRing, Pool } from '@switchyard/database';
import { FakeClock } from '@switchyard/primitives';
import { sha256Hex, signGatewayRequest, SigningKeys } from '@switchyard/silo';
import { createLogger } from '@switchyard/telemetry';
import { createRegionApp } from '../create-region-app';
import type { AuditedRoute } from '../edge/route-audit';
import { regionMigrations } from '../migrations';
import { loadRegionSettings } from '../region-settings';

/** Shared by the app under test and the requests of the kit. */
export const SILO_KEYS = `test:${Buffer.alloc(32, 7).toString('base64')}`;
export const ADMIN_TOKEN = 'admin-token-of-the-tests';
export const GITHUB_SECRET = 'github-secret';
export const SLACK_SECRET = 'switchyard-test-secret';

/** An answer, read to its end. */
export interface KitAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A request as the gateway sends it; everything has a usable default. */
export interface KitRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
  readonly deliveryId?: string;
  readonly integrationId?: string;
  readonly isVerified?: boolean;
  /** Changes to the signed request: what somebody on the way may have done to it. */
  readonly tamper?: (headers: Record<string, string>) => Record<string, string>;
  /** Names another region, another time or another attempt before it is signed. */
  readonly signed?: {
    readonly region?: string;
    readonly nowMs?: number;
    readonly attempt?: string;
    readonly keys?: string;
  };
}

/** A started region silo with a database of its own. */
export interface RegionKit {
  readonly pool: Pool;
  /** What seals its secrets. */
  readonly keys: KeyRing;
  readonly clock: FakeClock;
  readonly routes: readonly AuditedRoute[];
  /** Lines of the log, parsed. */
  readonly logs: readonly Record<string, unknown>[];
  /** Sends a signed request. */
  deliver(request: KitRequest): Promise<KitAnswer>;
  /** Sends a request as it is. */
  send(request: { method: string; path: string; headers?: Record<string, string>; body?: Buffer }): Promise<KitAnswer>;
  /** Reads a page of the admin API. */
  admin(path: string): Promise<{ items: Record<string, unknown>[]; next: string | null }>;
  /** The delivery records, by delivery id. */
  records(): Promise<{ delivery_id: string; outcome: string; status: number; provider_delivery_id: string | null }[]>;
  /** Stops the app and keeps the database. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a region silo in this process, on a real socket. */
export async function startRegion(environment: Readonly<Record<string, string>> = {}): Promise<RegionKit> {
  const database = await temporaryDatabase(regionMigrations);
  const settings = loadRegionSettings({
    DATABASE_URL: database.url,
    SWITCHYARD_REGION_NAME: 'us',
    SWITCHYARD_SILO_KEYS: SILO_KEYS,
    SWITCHYARD_ENCRYPTION_KEYS: generateKey('k1'),
    SWITCHYARD_ADMIN_TOKEN: ADMIN_TOKEN,
    SWITCHYARD_GITHUB_WEBHOOK_SECRETS: GITHUB_SECRET,
    SWITCHYARD_SLACK_SIGNING_SECRETS: SLACK_SECRET,
    ...environment,
  });
  const clock = new FakeClock();
  const logs: Record<string, unknown>[] = [];
  const logger = createLogger('region-silo', 'info', {
    write: (line: string) => void logs.push(JSON.parse(line) as Record<string, unknown>),
  });
  const { app, routes } = await createRegionApp(settings, { clock, logger });
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;

  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= app.close());
  const send: RegionKit['send'] = (request) => exchange(port, request);
  return {
    pool: database.pool,
    keys: settings.encryption.encryptionKeys,
    clock,
    routes,
    logs,
    send,
    deliver: (request) => send(signed(request, clock)),
    async admin(path) {
      const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
      const { text } = await send({ method: 'GET', path: `/admin/api/${path}`, headers });
      return JSON.parse(text) as { items: Record<string, unknown>[]; next: string | null };
    },
    async records() {
      const { rows } = await database.pool.query<Awaited<ReturnType<RegionKit['records']>>[number]>(
        'SELECT delivery_id, outcome, status, provider_delivery_id FROM webhook_delivery ORDER BY delivery_id',
      );
      return rows;
    },
    stop,
    async close() {
      await stop();
      await database.drop();
    },
  };
}

let serial = 0;

function signed(request: KitRequest, clock: FakeClock) {
  const { method = 'POST', path = '/extensions/github/webhook/', signed: claim = {}, isVerified = true } = request;
  const body = Buffer.from(request.body ?? '');
  serial += 1;
  const parts = {
    timestamp: String(Math.floor((claim.nowMs ?? clock.now()) / 1000)),
    method,
    pathAndQuery: path,
    bodySha256Hex: sha256Hex(body),
    region: claim.region ?? 'us',
    integrationId: request.integrationId ?? '17',
    isVerified,
    deliveryId: request.deliveryId ?? `delivery-${serial}`,
    attempt: claim.attempt ?? `attempt-${serial}`,
  };
  const headers = {
    ...request.headers,
    'x-gateway-timestamp': parts.timestamp,
    'x-gateway-region': parts.region,
    'x-gateway-integration': parts.integrationId,
    'x-gateway-verified': isVerified ? '1' : '0',
    'x-gateway-delivery': parts.deliveryId,
    'x-gateway-attempt': parts.attempt,
    'x-gateway-signature': signGatewayRequest(parts, SigningKeys.parse(claim.keys ?? SILO_KEYS).current.key),
  };
  return { method, path, body, headers: request.tamper?.(headers) ?? headers };
}

/** Not `fetch`, which tidies up paths. */
function exchange(
  port: number,
  { method, path, headers = {}, body = Buffer.alloc(0) }: Parameters<RegionKit['send']>[0],
): Promise<KitAnswer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      port,
      host: '127.0.0.1',
      method,
      path,
      agent: false,
      headers: { ...headers, 'content-length': String(body.length) },
    });
    // A server that refuses before it has read the body may close while it is being sent.
    let isAnswered = false;
    request.on('error', (error) => (isAnswered ? undefined : reject(error)));
    request.on('response', (response) => {
      isAnswered = true;
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    request.end(body);
  });
}
