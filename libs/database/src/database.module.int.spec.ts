import 'reflect-metadata';
import { getDataSourceToken } from '@nestjs/typeorm';
import { Test } from '@nestjs/testing';
import type { DataSource } from 'typeorm';
import { ReadinessRegistry, silentLogger, TelemetryModule } from '@switchyard/telemetry';
import { DatabaseModule } from './database.module';
import { PG_POOL } from './pool';
import type { Pool } from './pool';
import { temporaryDatabase } from './testing';

describe('DatabaseModule', () => {
  it('gives the app a pool and TypeORM, reports on the database, and closes both', async () => {
    const database = await temporaryDatabase([]);
    const module = await Test.createTestingModule({
      imports: [
        TelemetryModule.forRoot({ service: 'spec', logger: silentLogger }),
        DatabaseModule.forRoot({ url: database.url, poolMax: 4, applicationName: 'spec', entities: [] }),
      ],
    }).compile();
    await module.init();
    const pool = module.get<Pool>(PG_POOL);
    const source = module.get<DataSource>(getDataSourceToken());
    const connections = 'SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name LIKE $1';

    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    expect(await source.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await module.get(ReadinessRegistry).results()).toEqual([{ name: 'database', isReady: true }]);
    expect((await database.pool.query(connections, ['spec%'])).rows).not.toEqual([{ count: 0 }]);

    await module.close();
    expect(source.isInitialized).toBe(false);
    await expect(pool.query('SELECT 1')).rejects.toThrow();
    await database.drop();
  });
});
