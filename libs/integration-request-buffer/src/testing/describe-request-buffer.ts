import { setTimeout as delay } from 'node:timers/promises';
import { FakeClock } from '@switchyard/primitives';
import { CategoryNotAllowedError } from '../category-not-allowed.error';
import { appSubject, integrationSubject } from '../health-subject';
import { IntegrationHealthService } from '../integration-health.service';
import { REQUEST_BUFFER_LIMITS } from '../request-buffer.store';
import type { RequestBufferLimits, RequestBufferStore, RequestRecord } from '../request-buffer.store';

/** A driver under test. */
export interface OpenRequestBuffer {
  open(limits: RequestBufferLimits): RequestBufferStore;
  /** Removes everything that was stored. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

const DAY_MS = 86_400_000;
const THRESHOLDS = { windowDays: 7, timeoutsPerDay: 3, timeoutRatioMin: 0.5 };

/** What every driver of the port must do. The ids are those of the spec: outgoing-webhooks.md §10.3. */
export function describeRequestBuffer(driver: string, start: () => Promise<OpenRequestBuffer>): void {
  describe(`RequestBufferStore contract: ${driver}`, () => {
    const app = appSubject('1', '2');
    let context: OpenRequestBuffer;
    let store: RequestBufferStore;
    let clock: FakeClock;
    let health: IntegrationHealthService;

    beforeAll(async () => {
      context = await start();
    });
    afterAll(() => context.close());
    beforeEach(async () => {
      await context.empty();
      store = context.open(REQUEST_BUFFER_LIMITS);
      clock = new FakeClock(Date.UTC(2026, 10, 20, 23, 59, 59));
      health = new IntegrationHealthService(store, THRESHOLDS, clock);
    });

    const log = (n: number, over: { responseCode?: number; eventName?: string } = {}): RequestRecord['log'] => ({
      appId: '1',
      eventName: over.eventName ?? 'issue.created',
      entry: {
        date: new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString(),
        responseCode: over.responseCode ?? 200,
        webhookUrl: 'https://hooks.example/',
        deliveryId: `d${n}`,
        attempt: 1,
        durationMs: n,
      },
    });
    const ids = async (isErrorsOnly = false, eventNames = ['issue.created']): Promise<string[]> =>
      (await store.requests({ appId: '1', eventNames, isErrorsOnly })).map(({ deliveryId }) => deliveryId);

    it('reads zeros for days that were never counted, in the order asked', async () => {
      await store.record({ health: { subject: app.key, day: '2026-11-20', category: 'error' } });
      const zeros = { success: 0, error: 0, timeout: 0, fatal: 0 };
      expect(await store.counts(app.key, ['2026-11-21', '2026-11-20'])).toEqual([zeros, { ...zeros, error: 1 }]);
    });

    it('loses nothing when a hundred requests finish at once', async () => {
      const record = { health: { subject: app.key, day: '2026-11-20', category: 'timeout' }, log: log(1) } as const;
      await Promise.all(Array.from({ length: 100 }, () => store.record(record)));
      expect(await store.counts(app.key, ['2026-11-20'])).toMatchObject([{ timeout: 100 }]);
      expect(await ids()).toHaveLength(100);
    });

    it('C2, D10: one error a day is enough on the seventh day, not before', async () => {
      const verdicts: boolean[] = [];
      for (let day = 1; day <= 7; day++) {
        await health.record(app, 'error');
        verdicts.push((await health.judge(app)).verdict.isBroken);
        clock.advance(DAY_MS);
      }
      expect(verdicts).toEqual([false, false, false, false, false, false, true]);
    });

    it('D11: one success on the third day saves it', async () => {
      for (let day = 1; day <= 7; day++) {
        await health.record(app, 'error');
        if (day === 3) await health.record(app, 'success');
        if (day < 7) clock.advance(DAY_MS);
      }
      expect((await health.judge(app)).verdict.isBroken).toBe(false);
    });

    it('C20: two seconds around midnight are two days, in UTC', async () => {
      await health.record(app, 'error');
      clock.advance(2_000);
      await health.record(app, 'error');
      const { days } = await health.judge(app);
      expect(days.map(({ error }) => error)).toEqual([1, 1, 0, 0, 0, 0, 0]);
    });

    it('C19: clear forgets 30 days', async () => {
      await health.record(app, 'timeout');
      clock.advance(29 * DAY_MS);
      await health.clear(app);
      expect(await store.counts(app.key, ['2026-11-20'])).toMatchObject([{ timeout: 0 }]);
    });

    it('C15, C16: refuses a category that the subject cannot have', async () => {
      await expect(health.record(app, 'fatal')).rejects.toThrow(CategoryNotAllowedError);
      await expect(health.record(integrationSubject('1'), 'timeout')).rejects.toThrow('Requires a valid key param.');
    });

    it('C18: counts and entries are gone when their time is over', async () => {
      const shortLived = context.open({ ...REQUEST_BUFFER_LIMITS, healthTtlMs: 50, logTtlMs: 50 });
      await shortLived.record({ health: { subject: app.key, day: '2026-11-20', category: 'error' }, log: log(1) });
      const left = async (): Promise<number> => {
        const [day] = await shortLived.counts(app.key, ['2026-11-20']);
        return (day?.error ?? 0) + (await ids()).length;
      };
      while ((await left()) > 0) await delay(10);
      expect(await left()).toBe(0);
    });

    it('keeps the last hundred of an app and event, and the last failures apart', async () => {
      for (let n = 1; n <= 3; n++) await store.record({ log: log(n, { responseCode: 500 }) });
      for (let n = 4; n <= 120; n++) await store.record({ log: log(n) });
      const all = await ids();
      expect([all.length, all[0], all.at(-1)]).toEqual([100, 'd120', 'd21']);
      expect(await ids(true)).toEqual(['d3', 'd2', 'd1']);
    });

    it('merges the lists of several events by date, newest first, and knows nothing of other apps', async () => {
      await store.record({ log: log(1) });
      await store.record({ log: log(3, { eventName: 'issue.resolved' }) });
      await store.record({ log: log(2) });
      await store.record({ log: { ...(log(4) as NonNullable<RequestRecord['log']>), appId: '2' } });
      expect(await ids(false, ['issue.created', 'issue.resolved', 'error.created'])).toEqual(['d3', 'd2', 'd1']);
    });
  });
}
