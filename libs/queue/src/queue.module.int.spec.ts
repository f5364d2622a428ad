import 'reflect-metadata';
import { getQueueToken, Processor, WorkerHost } from '@nestjs/bullmq';
import { Test } from '@nestjs/testing';
import type { Job, Queue } from 'bullmq';
import { environment } from '@switchyard/config';
import { temporaryDatabase } from '@switchyard/database/testing';
import { ReadinessRegistry, silentLogger, TelemetryModule } from '@switchyard/telemetry';
import { QueueModule } from './queue.module';

const processed: unknown[] = [];
let onProcessed = (): void => undefined;

@Processor('greetings')
class GreetingProcessor extends WorkerHost {
  override async process(job: Job): Promise<void> {
    processed.push(job.data);
    onProcessed();
  }
}

const { TEST_REDIS_URL } = environment();
const backends = [['PostgreSQL', undefined], ...(TEST_REDIS_URL === undefined ? [] : [['Redis', TEST_REDIS_URL]])];

describe.each(backends)('QueueModule on %s', (_name, redisUrl) => {
  it('runs processors, reports on its store, and closes without a trace', async () => {
    const database = await temporaryDatabase([]);
    const module = await Test.createTestingModule({
      imports: [
        TelemetryModule.forRoot({ service: 'spec', logger: silentLogger }),
        QueueModule.forRoot({ redisUrl, databaseUrl: database.url, poolMax: 4 }),
        QueueModule.registerQueue('greetings'),
      ],
      providers: [GreetingProcessor],
    }).compile();
    await module.init();
    const queue = module.get<Queue>(getQueueToken('greetings'));

    const done = new Promise<void>((resolve) => (onProcessed = resolve));
    await queue.add('greet', { text: `hello ${redisUrl}` });
    await done;
    expect(processed).toContainEqual({ text: `hello ${redisUrl}` });
    expect(queue.listenerCount('error')).toBeGreaterThan(0);
    expect(module.get(GreetingProcessor).worker.listenerCount('error')).toBeGreaterThan(0);
    expect(await module.get(ReadinessRegistry).results()).toEqual([{ name: 'queue', isReady: true }]);

    await module.close();
    const open = `SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`;
    expect((await database.pool.query(open)).rows).toEqual([{ count: 0 }]);
    await database.drop();
  });
});
