/**
 * Turns many small writes into few large ones.
 *
 * Items wait in one list. As soon as a flush may start (at most `concurrency` are running) everything that waits, up to
 * `maxItems` and `maxBytes`, goes to `flush` as one batch. There is no timer: under light load an item leaves at once
 * and alone; under heavy load batches grow by themselves, because items gather while the flushes before them run. A
 * caller's promise settles only when the batch that holds its item has been flushed, so "resolved" means "committed".
 *
 * A batch that fails is tried again item by item, unless `isItemError` says that the failure is not about an item (a
 * lost connection, say): one bad item must not fail its neighbours, and a dead database must not be asked 500 times.
 */
export interface BatcherOptions<Item, Result> {
  /** Writes one batch and returns one result per item, in the same order. */
  readonly flush: (items: readonly Item[]) => Promise<readonly Result[]>;
  readonly maxItems: number;
  readonly maxBytes: number;
  /** Batches in flight at once. */
  readonly concurrency: number;
  /** Items that may wait; one more is refused. Bounds memory when the store is slower than the senders. */
  readonly maxWaiting: number;
  readonly sizeOf: (item: Item) => number;
  /** Whether a failed batch may succeed item by item. */
  readonly isItemError: (error: unknown) => boolean;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly bytes: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** Why {@link Batcher.add} refused an item. */
export class BatcherFullError extends Error {
  override readonly name = 'BatcherFullError';
}

export class Batcher<Item, Result> {
  private waiting: Waiting<Item, Result>[] = [];
  private flushing = 0;
  private isClosed = false;
  private scheduled = false;
  private readonly idleListeners: (() => void)[] = [];

  constructor(private readonly options: BatcherOptions<Item, Result>) {}

  /** Items that wait for a flush to start. */
  get waitingCount(): number {
    return this.waiting.length;
  }

  /**
   * Adds one item; resolves with its result once its batch has been flushed.
   *
   * @throws BatcherFullError when `maxWaiting` items wait already, or after {@link close}
   */
  add(item: Item): Promise<Result> {
    if (this.isClosed) return Promise.reject(new BatcherFullError('the batcher is closed'));
    if (this.waiting.length >= this.options.maxWaiting) {
      return Promise.reject(new BatcherFullError(`more than ${this.options.maxWaiting} items wait to be written`));
    }
    return new Promise<Result>((resolve, reject) => {
      this.waiting.push({ item, bytes: this.options.sizeOf(item), resolve, reject });
      this.scheduleFlush();
    });
  }

  /** Refuses new items and resolves when everything that waited has been flushed. */
  async close(): Promise<void> {
    this.isClosed = true;
    if (this.waiting.length === 0 && this.flushing === 0) return;
    await new Promise<void>((resolve) => this.idleListeners.push(resolve));
  }

  /** Waits one turn of the event loop, so that the requests of one socket read share a batch. */
  private scheduleFlush(): void {
    if (this.scheduled || this.flushing >= this.options.concurrency) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.startFlushes();
    });
  }

  private startFlushes(): void {
    while (this.flushing < this.options.concurrency && this.waiting.length > 0) {
      const batch = this.takeBatch();
      this.flushing += 1;
      void this.flushBatch(batch).finally(() => {
        this.flushing -= 1;
        if (this.waiting.length > 0) this.startFlushes();
        else if (this.flushing === 0) for (const listener of this.idleListeners.splice(0)) listener();
      });
    }
  }

  private takeBatch(): Waiting<Item, Result>[] {
    let bytes = 0;
    let count = 0;
    for (const entry of this.waiting) {
      if (count > 0 && (count >= this.options.maxItems || bytes + entry.bytes > this.options.maxBytes)) break;
      bytes += entry.bytes;
      count += 1;
    }
    return this.waiting.splice(0, count);
  }

  private async flushBatch(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.options.flush(batch.map((entry) => entry.item));
      if (results.length !== batch.length)
        throw new Error(`${batch.length} items were flushed to ${results.length} results`);
      batch.forEach((entry, index) => entry.resolve(results[index] as Result));
    } catch (error) {
      if (batch.length === 1 || !this.options.isItemError(error)) {
        for (const entry of batch) entry.reject(error);
        return;
      }
      for (const entry of batch) await this.flushBatch([entry]);
    }
  }
}
