/*
 * The gateway as benchmarks run it: the same app, with another way of storing. Never part of main.js.
 *
 *   node dist/apps/control-gateway/bench.js batched|single|off
 */
import 'reflect-metadata';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { schemaOf } from '@switchyard/database';
import { StoredWebhookStore, WebhookWriter } from '@switchyard/outbox';
import type { NewStoredWebhook, StoreResult } from '@switchyard/outbox';
import { systemClock } from '@switchyard/primitives';
import { NestLogger, runApp } from '@switchyard/telemetry';
import { AppModule, SERVICE } from './app.module';
import { appSettings } from './app.settings';
import { gatewayAdapter, mountGateway } from './create-gateway';
import { migrations } from './migrations';

type Writer = Pick<WebhookWriter, 'write'>;

const stored: StoreResult = { kind: 'stored' };

/** Acknowledges and stores nothing: what the edge costs without PostgreSQL. */
const offWriter: Writer = { write: () => Promise.resolve(stored) };

/** One INSERT and one commit per request: what one would write first. */
const singleWriter = (store: StoredWebhookStore): Writer => ({
  async write(webhook: NewStoredWebhook) {
    await store.insert([{ ...store.encode(webhook, systemClock.now()), seenKey: undefined }]);
    return stored;
  },
});

const [mode = 'batched'] = process.argv.splice(2, 1);

runApp({
  service: SERVICE,
  settings: appSettings,
  schema: ({ database }) => schemaOf(database.databaseUrl, migrations),
  async create(settings, logger) {
    let builder = Test.createTestingModule({ imports: [AppModule.forRoot(settings, logger)] });
    if (mode === 'off') builder = builder.overrideProvider(WebhookWriter).useValue(offWriter);
    if (mode === 'single') {
      builder = builder
        .overrideProvider(WebhookWriter)
        .useFactory({ factory: singleWriter, inject: [StoredWebhookStore] });
    }
    const { adapter, edgeServer } = gatewayAdapter(settings, logger);
    const module = await builder.setLogger(new NestLogger(logger)).compile();
    const app = module.createNestApplication<NestFastifyApplication>(adapter, { bodyParser: false });
    mountGateway(app, edgeServer, settings);
    return app;
  },
});
