import { Queue, Worker } from 'bullmq';
import type { Job, WorkerOptions } from 'bullmq';
import type { QueueStore } from '../queue-store';

/** A backend under test. */
export interface QueueFixture {
  readonly store: QueueStore;
  /** Cuts every connection of the backend's clients, as a restart of the server does. */
  cutConnections(): Promise<void>;
  close(): Promise<void>;
}

/** Whatever BullMQ must do for us on every backend, with the pool sizes of production. */
export function describeQueue(backend: string, open: () => Promise<QueueFixture>): void {
  describe(`queue on ${backend}`, () => {
    let fixture: QueueFixture;
    let opened: (Queue | Worker)[] = [];
    let queueCount = 0;
    let name = '';

    beforeAll(async () => {
      fixture = await open();
    });
    afterAll(() => fixture.close());
    beforeEach(() => {
      name = `spec-${++queueCount}`;
    });
    afterEach(async () => {
      await Promise.all(opened.map((each) => each.close()));
      opened = [];
    });

    const keep = <Opened extends Queue | Worker>(each: Opened): Opened => {
      const emitter: NodeJS.EventEmitter = each;
      emitter.on('error', () => undefined);
      opened.push(each);
      return each;
    };
    const queueOf = (): Queue => keep(new Queue(name, { connection: fixture.store.connection }));
    const workerOf = (work: (job: Job) => Promise<unknown>, options: Partial<WorkerOptions> = {}): Worker =>
      keep(new Worker(name, work, { connection: fixture.store.connection, runRetryDelay: 100, ...options }));
    /** Starts a worker that notes the jobs' numbers; `all` resolves when `count` different ones were seen. */
    const collect = (count: number, options: Partial<WorkerOptions> = {}) => {
      const seen: number[] = [];
      let finish = (): void => undefined;
      const all = new Promise<void>((resolve) => (finish = resolve));
      const worker = workerOf(async (job) => {
        seen.push((job.data as { number: number }).number);
        if (new Set(seen).size === count) finish();
      }, options);
      return { seen, all, worker };
    };
    const numbered = (count: number) =>
      Array.from({ length: count }, (_, number) => ({ name: 'job', data: { number } }));

    it('keeps the order of a bulk for one worker', async () => {
      await queueOf().addBulk(numbered(200));
      const { seen, all } = collect(200);
      await all;
      expect(seen).toEqual(numbered(200).map(({ data }) => data.number));
    });

    it('gives every job of a large bulk to exactly one of several busy workers', async () => {
      const queue = queueOf();
      const seen: number[] = [];
      let finish = (): void => undefined;
      const all = new Promise<void>((resolve) => (finish = resolve));
      const work = async (job: Job): Promise<void> => {
        if (seen.push((job.data as { number: number }).number) === 1_000) finish();
      };
      for (let count = 0; count < 4; count++) workerOf(work, { concurrency: 12 });
      await Promise.all([queue.addBulk(numbered(1_000).slice(0, 500)), queue.addBulk(numbered(1_000).slice(500))]);
      await all;
      expect(new Set(seen).size).toBe(1_000);
      expect(seen).toHaveLength(1_000);
    });

    it('holds a delayed job back, and not the others', async () => {
      const queue = queueOf();
      await queue.addBulk([{ name: 'late', data: { number: 1 }, opts: { delay: 300 } }, ...numbered(1)]);
      const { seen, all } = collect(2);
      await all;
      expect(seen).toEqual([0, 1]);
    });

    it('adds one job for several with one deduplication id, and a new one when it is done', async () => {
      const queue = queueOf();
      const opts = { deduplication: { id: 'mailbox-1' }, removeOnComplete: true };
      await queue.addBulk([1, 2, 3].map((number) => ({ name: 'drain', data: { number }, opts })));
      await queue.add('drain', { number: 4 }, opts);
      expect(await queue.getJobCountByTypes('waiting')).toBe(1);
      const { seen, all, worker } = collect(2);
      await new Promise<void>((resolve) => worker.once('completed', () => resolve()));
      await queue.add('drain', { number: 5 }, opts);
      await all;
      expect(seen).toEqual([1, 5]);
    });

    it('tries a failed job again', async () => {
      await queueOf().add('job', {}, { attempts: 3, backoff: { type: 'fixed', delay: 10 } });
      const attempts: number[] = [];
      const worker = workerOf(async (job) => {
        attempts.push(job.attemptsMade);
        if (attempts.length < 3) throw new Error('not yet');
      });
      await new Promise<void>((resolve) => worker.once('completed', () => resolve()));
      expect(attempts).toEqual([0, 1, 2]);
    });

    it('gives the job of a worker that died to another one', async () => {
      const queue = queueOf();
      const short = { lockDuration: 400, stalledInterval: 200 };
      let began = (): void => undefined;
      const isTaken = new Promise<void>((resolve) => (began = resolve));
      const dying = workerOf(() => {
        began();
        return new Promise(() => undefined);
      }, short);
      await queue.add('job', { number: 7 });
      await isTaken;
      await dying.close(true);
      const { seen, all } = collect(1, short);
      await all;
      expect(seen).toEqual([7]);
    });

    it('finishes the job that runs when it is closed, begins no other, and loses none', async () => {
      const queue = queueOf();
      await queue.addBulk(numbered(3));
      const finished: number[] = [];
      let [release, began] = [(): void => undefined, (): void => undefined];
      const isReleased = new Promise<void>((resolve) => (release = resolve));
      const isTaken = new Promise<void>((resolve) => (began = resolve));
      const closing = workerOf(async (job) => {
        began();
        await isReleased;
        finished.push((job.data as { number: number }).number);
      });
      await isTaken;
      const closed = closing.close();
      release();
      await closed;
      expect(finished).toEqual([0]);
      const { seen, all } = collect(2);
      await all;
      expect(seen).toEqual([1, 2]);
    });

    it('goes on after all its connections were cut: what was acknowledged is processed', async () => {
      const queue = queueOf();
      const half = Array.from({ length: 100 }, (_, number) => number);
      const { all, seen } = collect(200, { concurrency: 5, lockDuration: 2_000, stalledInterval: 500 });
      await queue.addBulk(half.map((number) => ({ name: 'job', data: { number } })));
      await fixture.cutConnections();
      await untilAccepted(() => queue.addBulk(half.map((number) => ({ name: 'job', data: { number: 100 + number } }))));
      await all;
      expect(new Set(seen).size).toBe(200);
    }, 40_000);
  });
}

/** An outage refuses at once; a caller tries again on its next turn. */
async function untilAccepted(add: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await add();
      return;
    } catch {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
