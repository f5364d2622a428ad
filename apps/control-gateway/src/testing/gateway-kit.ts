import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { loadSettings } from '@switchyard/config';
import { generateKey } from '@switchyard/database';
import { temporaryDatabase } from '@switchyard/database/testing';
import type { TemporaryDatabase } from '@switchyard/database/testing';
import { silentLogger } from '@switchyard/telemetry';
import { appSettings } from '../app.settings';
import { createGateway } from '../create-gateway';
import { migrations } from '../migrations';

/** What a specification sees of an answer. */
export interface KitAnswer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  /** The body when it is JSON. */
  readonly json: Record<string, unknown> | undefined;
}

/** A gateway with a database of its own; its regions cannot be reached. */
export interface GatewayKit {
  readonly app: NestFastifyApplication;
  readonly database: TemporaryDatabase;
  readonly origin: string;
  /** Calls the admin API below `/admin/api/`, with the token. */
  admin(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<KitAnswer>;
  /** Sends a request as a provider would. */
  send(path: string, init?: RequestInit): Promise<KitAnswer>;
  close(): Promise<void>;
}

/** The admin token of every kit. */
export const KIT_TOKEN = 'a-token-for-the-specs-of-the-gateway-only';

const REGIONS = ['de', 'us'].map((name, index) => ({
  name,
  address: 'http://127.0.0.1:9',
  snowflakeId: index + 1,
}));

/** Starts a gateway; `environment` is added to what it needs at least. */
export async function startGateway(environment: Readonly<Record<string, string>> = {}): Promise<GatewayKit> {
  const database = await temporaryDatabase(migrations);
  const settings = loadSettings(appSettings, {
    DATABASE_URL: database.url,
    SWITCHYARD_ADMIN_TOKEN: KIT_TOKEN,
    SWITCHYARD_ENCRYPTION_KEYS: generateKey('k1'),
    SWITCHYARD_SILO_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    SWITCHYARD_REGIONS: JSON.stringify(REGIONS),
    ...environment,
  });
  const app = await createGateway(settings, silentLogger);
  await app.listen(0, '127.0.0.1');
  const origin = `http://127.0.0.1:${((app.getHttpServer() as Server).address() as AddressInfo).port}`;
  return {
    app,
    database,
    origin,
    async admin(method, path, body, headers = {}) {
      const init: RequestInit = {
        method,
        headers: {
          authorization: `Bearer ${KIT_TOKEN}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
      };
      return read(await fetch(`${origin}/admin/api/${path}`, init));
    },
    async send(path, init = {}) {
      return read(await fetch(`${origin}${path}`, { method: 'POST', ...init }));
    },
    async close() {
      await app.close();
      await database.drop();
    },
  };
}

async function read(response: Response): Promise<KitAnswer> {
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  return {
    status: response.status,
    text,
    headers: response.headers,
    json: isJson ? (JSON.parse(text) as Record<string, unknown>) : undefined,
  };
}
