import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { loadSettings } from '@switchyard/config';
import type { Environment } from '@switchyard/config';
import { temporaryDatabase } from '@switchyard/database/testing';
import type { Pool } from '@switchyard/database';
import { EVENT_STREAM } from '@switchyard/event-stream';
import type { EventStream } from '@switchyard/event-stream';
import { silentLogger } from '@switchyard/telemetry';
import { AppModule } from '../app.module';
import { appSettings } from '../app.settings';
import { outcomesMigrations } from '../migrations';

/** The admin token of a kit's apps. */
export const ADMIN_TOKEN = 'admin-token-of-the-tests';

/** A started outcomes consumer with a database of its own. */
export interface AppKit {
  readonly app: NestFastifyApplication;
  readonly pool: Pool;
  readonly stream: EventStream;
  get(path: string, token?: string): Promise<{ status: number; text: string; headers: Headers }>;
  /** Another process on the same database. */
  another(): Promise<NestFastifyApplication>;
  close(): Promise<void>;
}

/** Starts one in this process, on a real socket. */
export async function startApp(environment: Environment = {}): Promise<AppKit> {
  const database = await temporaryDatabase(outcomesMigrations);
  const settings = loadSettings(appSettings, {
    DATABASE_URL: database.url,
    SWITCHYARD_ADMIN_TOKEN: ADMIN_TOKEN,
    ...environment,
  });
  const apps: NestFastifyApplication[] = [];
  const start = async (): Promise<NestFastifyApplication> => {
    const options = { logger: false as const, abortOnError: false };
    const module = AppModule.forRoot(settings, silentLogger);
    const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), options);
    await app.listen(0, '127.0.0.1');
    apps.push(app);
    return app;
  };
  const app = await start();
  const address = await app.getUrl();
  return {
    app,
    pool: database.pool,
    stream: app.get<EventStream>(EVENT_STREAM),
    another: start,
    async get(path, token = ADMIN_TOKEN) {
      const response = await fetch(`${address}${path}`, { headers: { authorization: `Bearer ${token}` } });
      return { status: response.status, text: await response.text(), headers: response.headers };
    },
    async close() {
      await Promise.all(apps.map((each) => each.close()));
      await database.drop();
    },
  };
}
