import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { silentLogger } from './logger';
import { counter } from './metrics';
import { ReadinessRegistry } from './readiness.registry';
import { requestIdOf } from './request-id';
import { TelemetryModule } from './telemetry.module';

describe(TelemetryModule.name, () => {
  let app: NestFastifyApplication;

  beforeEach(async () => {
    const module = await Test.createTestingModule({
      imports: [TelemetryModule.forRoot({ service: 'test-app', logger: silentLogger })],
    }).compile();
    app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
  });

  afterEach(() => app.close());

  it('is alive whatever its dependencies do', async () => {
    app.get(ReadinessRegistry).add('database', () => Promise.reject(new Error('down')));
    expect((await app.inject('/healthz')).statusCode).toBe(200);
  });

  it('is ready when every check passes', async () => {
    app.get(ReadinessRegistry).add('database', () => Promise.resolve());
    const response = await app.inject('/readyz');
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({ status: 'ready', checks: [{ name: 'database', isReady: true }] });
  });

  it('is not ready when one fails, and names it', async () => {
    const down = Object.assign(new Error('connect to 10.0.0.1 refused'), { code: 'ECONNREFUSED' });
    app.get(ReadinessRegistry).add('queue', () => Promise.reject(down));
    const response = await app.inject('/readyz');
    expect(response.statusCode).toBe(503);
    expect(response.json()).toMatchObject({ checks: [{ name: 'queue', isReady: false, reason: 'ECONNREFUSED' }] });
  });

  it('serves metrics', async () => {
    counter({ name: 'switchyard_test_total', help: 'A test.', labels: ['kind'] }).inc({ kind: 'a' });
    const response = await app.inject('/metrics');
    expect(response.body).toContain('switchyard_test_total{kind="a"} 1');
    expect(response.body).toContain('process_resident_memory_bytes');
  });
});

describe(requestIdOf.name, () => {
  it('keeps a plain id and replaces any other', () => {
    expect(requestIdOf('abcdef-123')).toBe('abcdef-123');
    for (const given of [undefined, '', 'short', 'a'.repeat(65), 'line\nbreak-abc']) {
      expect(requestIdOf(given)).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});
