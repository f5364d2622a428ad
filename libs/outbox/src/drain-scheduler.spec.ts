import { loadSettings } from '@switchyard/config';
import { FakeClock } from '@switchyard/primitives';
import { RegionHealth } from '@switchyard/silo';
import { currentTrace, silentLogger, useTraceIds, withSpan } from '@switchyard/telemetry';
import { DrainScheduler } from './drain-scheduler';
import type { DrainEnd, MailboxDrain } from './mailbox-drain';
import { outboxSettings } from './outbox.settings';
import type { OutboxSettings } from './outbox.settings';

const defaults = loadSettings({ outboxSettings }, {}).outboxSettings;

/** A drain whose runs end when the test says so. */
class HeldDrain {
  readonly running = new Map<string, (end: DrainEnd) => void>();

  run(mailbox: string): Promise<DrainEnd> {
    return new Promise((resolve) => {
      this.running.set(mailbox, (end) => {
        this.running.delete(mailbox);
        resolve(end);
      });
    });
  }

  stop(): void {
    for (const end of [...this.running.values()]) end('stopped');
  }

  get names(): readonly string[] {
    return [...this.running.keys()].sort();
  }
}

function open(overrides: Partial<OutboxSettings>) {
  const drain = new HeldDrain();
  const settings = { ...defaults, ...overrides };
  const health = new RegionHealth(new FakeClock(), settings.drainsPerRegionMax);
  const scheduler = new DrainScheduler(drain as unknown as MailboxDrain, health, settings, silentLogger);
  return { drain, scheduler };
}

const names = (kind: string, region: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `github:${region}:${kind}${index}`);

describe(DrainScheduler.name, () => {
  it('a storm of retries leaves places for fresh webhooks, which start at once', async () => {
    const { drain, scheduler } = open({ drainsMax: 8, drainsPerRegionMax: 8, firstAttemptPercent: 25 });
    for (const name of names('retry', 'us', 50)) scheduler.submit(name, true);
    expect(drain.running.size).toBe(6);
    for (const name of names('fresh', 'us', 3)) scheduler.submit(name);
    expect(drain.names.filter((name) => name.includes('fresh'))).toHaveLength(2);
    await scheduler.onModuleDestroy();
  });

  it('fresh ones may use every place, and take turns with retries when both wait', async () => {
    const { drain, scheduler } = open({ drainsMax: 4, drainsPerRegionMax: 4, firstAttemptPercent: 25 });
    for (const name of names('fresh', 'us', 10)) scheduler.submit(name);
    expect(drain.running.size).toBe(4);
    for (const name of names('retry', 'us', 10)) scheduler.submit(name, true);
    const started: string[] = [];
    for (let step = 0; step < 4; step++) {
      const before = new Set(drain.names);
      drain.running.get(drain.names.find((name) => name.includes('fresh')) ?? '')?.('empty');
      await new Promise(setImmediate);
      started.push(
        ...drain.names.filter((name) => !before.has(name)).map((name) => name.replace(/.*:([a-z]+)\d+/, '$1')),
      );
    }
    expect(started).toEqual(['retry', 'fresh', 'retry', 'fresh']);
    await scheduler.onModuleDestroy();
  });

  it('retries of one region do not take the share of another', async () => {
    const { drain, scheduler } = open({ drainsMax: 8, drainsPerRegionMax: 4, firstAttemptPercent: 25 });
    for (const name of names('retry', 'us', 50)) scheduler.submit(name, true);
    for (const name of names('retry', 'de', 50)) scheduler.submit(name, true);
    const counts = ['us', 'de'].map((region) => drain.names.filter((name) => name.includes(`:${region}:`)).length);
    expect(counts).toEqual([3, 3]);
    for (const name of names('fresh', 'de', 5)) scheduler.submit(name);
    expect(drain.names.filter((name) => name.includes(':de:fresh'))).toHaveLength(1);
    await scheduler.onModuleDestroy();
  });

  it('a single place serves retries too', async () => {
    const { drain, scheduler } = open({ drainsMax: 1, drainsPerRegionMax: 1, firstAttemptPercent: 90 });
    scheduler.submit('github:us:1', true);
    expect(drain.names).toEqual(['github:us:1']);
    await scheduler.onModuleDestroy();
  });

  it('a mailbox waits once, however often it is submitted', async () => {
    const { scheduler } = open({ drainsMax: 1 });
    scheduler.submit('github:us:1');
    scheduler.submit('github:us:2');
    scheduler.submit('github:us:2', true);
    expect(scheduler.waitingCount).toBe(1);
    await scheduler.onModuleDestroy();
  });

  it('a drain is not part of the request that happened to start it', async () => {
    useTraceIds(true);
    const traces: unknown[] = [];
    const drain = { run: async () => void traces.push(currentTrace()), stop: () => undefined };
    const health = new RegionHealth(new FakeClock(), 1);
    const scheduler = new DrainScheduler(drain as unknown as MailboxDrain, health, defaults, silentLogger);
    await withSpan('request', { parent: null }, async () => scheduler.submit('github:us:1'));
    await scheduler.settled();
    useTraceIds(false);
    expect(traces).toEqual([undefined]);
    await scheduler.onModuleDestroy();
  });
});
