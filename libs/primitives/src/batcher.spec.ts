import { Batcher, BatcherFullError } from './batcher';
import type { BatcherOptions } from './batcher';

interface Gate {
  readonly items: readonly number[];
  open(): void;
  fail(error: Error): void;
}

/** A batcher whose flushes wait until the test lets them end. */
function batcherWithGates(overrides: Partial<BatcherOptions<number, string>> = {}) {
  const gates: Gate[] = [];
  const batcher = new Batcher<number, string>({
    flush: (items) =>
      new Promise((resolve, reject) => {
        gates.push({ items, open: () => resolve(items.map((item) => `done ${item}`)), fail: reject });
      }),
    maxItems: 100,
    maxBytes: 1000,
    concurrency: 1,
    maxWaiting: 1000,
    sizeOf: () => 1,
    isItemError: () => true,
    ...overrides,
  });
  return { batcher, gates };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe(Batcher.name, () => {
  it('resolves each item with its own result, only after its flush', async () => {
    const { batcher, gates } = batcherWithGates();
    const results = Promise.all([batcher.add(1), batcher.add(2)]);
    await turn();
    expect(gates.map(({ items }) => items)).toEqual([[1, 2]]);
    gates[0]?.open();
    await expect(results).resolves.toEqual(['done 1', 'done 2']);
  });

  it('gathers what comes while a flush is under way', async () => {
    const { batcher, gates } = batcherWithGates();
    const first = batcher.add(1);
    await turn();
    const others = [2, 3, 4].map((item) => batcher.add(item));
    await turn();
    expect(gates).toHaveLength(1);
    gates[0]?.open();
    await first;
    await turn();
    expect(gates[1]?.items).toEqual([2, 3, 4]);
    gates[1]?.open();
    await expect(Promise.all(others)).resolves.toHaveLength(3);
  });

  it.each([
    { name: 'items', limits: { maxItems: 2 } },
    { name: 'bytes', limits: { maxBytes: 2 } },
  ])('keeps batches within the limit of $name', async ({ limits }) => {
    const { batcher, gates } = batcherWithGates({ ...limits, concurrency: 3 });
    const all = Promise.all([1, 2, 3, 4, 5].map((item) => batcher.add(item)));
    await turn();
    expect(gates.map(({ items }) => items)).toEqual([[1, 2], [3, 4], [5]]);
    for (const gate of gates) gate.open();
    await all;
  });

  it('sends an item that alone is over the byte limit', async () => {
    const { batcher, gates } = batcherWithGates({ sizeOf: () => 5000 });
    const result = batcher.add(1);
    await turn();
    gates[0]?.open();
    await expect(result).resolves.toBe('done 1');
  });

  it('fails one bad item alone', async () => {
    const flush = async (items: readonly number[]): Promise<string[]> => {
      await turn();
      if (items.includes(2)) throw new Error('bad item');
      return items.map((item) => `done ${item}`);
    };
    const { batcher } = batcherWithGates({ flush });
    const results = await Promise.allSettled([1, 2, 3].map((item) => batcher.add(item)));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('fails the whole batch at once when the error is not about an item', async () => {
    const { batcher, gates } = batcherWithGates({ isItemError: () => false });
    const results = Promise.allSettled([1, 2].map((item) => batcher.add(item)));
    await turn();
    gates[0]?.fail(new Error('connection lost'));
    expect((await results).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(gates).toHaveLength(1);
  });

  it('refuses more than may wait', async () => {
    const { batcher, gates } = batcherWithGates({ maxWaiting: 2 });
    const waiting = [batcher.add(1), batcher.add(2)];
    await expect(batcher.add(3)).rejects.toThrow(BatcherFullError);
    await turn();
    gates[0]?.open();
    await Promise.all(waiting);
  });

  it('flushes what waits before it closes, and takes nothing more', async () => {
    const { batcher, gates } = batcherWithGates();
    const result = batcher.add(1);
    const closed = batcher.close();
    await expect(batcher.add(2)).rejects.toThrow(BatcherFullError);
    await turn();
    gates[0]?.open();
    await closed;
    await expect(result).resolves.toBe('done 1');
  });
});
