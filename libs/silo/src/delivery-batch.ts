/*
 * Many stored webhooks of one mailbox in one request (docs/decisions/0009-batched-transfer.md).
 *
 *   frame = uint32 length of its head | head, JSON | body bytes
 *   batch = frame without body (BatchHead), then one frame per webhook (ItemHead), in the order of the mailbox
 *
 * The answer is JSON, `{"statuses":[204,…]}`: one status per webhook that was handled, from the first one on.
 */

/** Where a region takes batches. Covered by the gateway's signature like any other request. */
export const BATCH_PATH = '/gateway/deliveries';
export const BATCH_CONTENT_TYPE = 'application/vnd.switchyard.deliveries';
/** The largest batch that a region reads. */
export const BATCH_MAX_BYTES = 8 * 1024 * 1024;
/** The most webhooks that a region handles per batch. */
export const BATCH_MAX_ITEMS = 300;

const VERSION = 1;
const LENGTH_BYTES = 4;
const HEAD_MAX_BYTES = 256 * 1024;

/** Statuses, beside 2xx and 3xx, after which a webhook is done with (spec: gateway.md §5.6). */
const REFUSED_FOR_GOOD: ReadonlySet<number> = new Set([400, 401, 403, 404, 409]);

/** Whether nothing more is to be done for a webhook that was answered so; otherwise it has to be tried again. */
export function isSettledStatus(status: number): boolean {
  return (status >= 200 && status < 400) || REFUSED_FOR_GOOD.has(status);
}

/** What holds for a whole batch. */
export interface BatchTerms {
  /** Milliseconds after which the region answers with what it has. */
  readonly budgetMs: number;
  /** Whether what follows a webhook that has to be tried again must wait for it. */
  readonly isStrict: boolean;
}

/** One webhook of a batch. */
export interface BatchItem {
  readonly method: string;
  /** As it came, not decoded. */
  readonly pathAndQuery: string;
  /** Name, value, name, value, …; without what must not be forwarded. */
  readonly headers: readonly string[];
  readonly body: Buffer;
  readonly integrationId: string | undefined;
  readonly isVerified: boolean;
  /** The same for every attempt of one delivery. */
  readonly deliveryId: string;
}

/** A batch as a region reads it. */
export interface DeliveryBatch extends BatchTerms {
  readonly items: readonly BatchItem[];
}

/** The body of a batch. */
export function encodeDeliveryBatch({ budgetMs, isStrict }: BatchTerms, items: readonly BatchItem[]): Buffer {
  const chunks = frame({ v: VERSION, budget: budgetMs, strict: isStrict, items: items.length }, undefined);
  for (const item of items) {
    chunks.push(
      ...frame(
        {
          m: item.method,
          p: item.pathAndQuery,
          h: item.headers,
          n: item.body.length,
          i: item.integrationId,
          v: item.isVerified,
          d: item.deliveryId,
        },
        item.body,
      ),
    );
  }
  return Buffer.concat(chunks);
}

function frame(head: object, body: Buffer | undefined): Buffer[] {
  const text = Buffer.from(JSON.stringify(head));
  const length = Buffer.allocUnsafe(LENGTH_BYTES);
  length.writeUInt32BE(text.length);
  return body === undefined ? [length, text] : [length, text, body];
}

/** The bytes do not make a batch. The message names the place and never a value. */
export class BatchFormatError extends Error {
  override readonly name = 'BatchFormatError';
}

/**
 * Reads a batch. Bodies are views of `bytes`, not copies.
 *
 * @throws BatchFormatError when the bytes are not a batch of this version
 */
export function decodeDeliveryBatch(bytes: Buffer): DeliveryBatch {
  const reader = new FrameReader(bytes);
  const { v, budget, strict, items: count } = reader.head();
  if (v !== VERSION) throw new BatchFormatError('the version is not 1');
  if (!isCount(budget, 600_000) || typeof strict !== 'boolean' || !isCount(count, BATCH_MAX_ITEMS) || count < 1) {
    throw new BatchFormatError('the head of the batch is not usable');
  }
  const items = Array.from({ length: count }, (_, index) => readItem(reader, index));
  if (!reader.isAtEnd) throw new BatchFormatError('there are bytes after the last webhook');
  return { budgetMs: budget, isStrict: strict, items };
}

function readItem(reader: FrameReader, index: number): BatchItem {
  const { m, p, h, n, i, v, d } = reader.head();
  const isUsable =
    isText(m) &&
    isText(p) &&
    isHeaderList(h) &&
    isCount(n, BATCH_MAX_BYTES) &&
    (i === undefined || isText(i)) &&
    typeof v === 'boolean' &&
    isText(d);
  if (!isUsable) throw new BatchFormatError(`the head of webhook ${index} is not usable`);
  return {
    method: m,
    pathAndQuery: p,
    headers: h,
    body: reader.take(n),
    integrationId: i,
    isVerified: v,
    deliveryId: d,
  };
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isCount = (value: unknown, most: number): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most;
const isHeaderList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length % 2 === 0 && value.every(isText);

class FrameReader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  get isAtEnd(): boolean {
    return this.at === this.bytes.length;
  }

  head(): Record<string, unknown> {
    const length = this.take(LENGTH_BYTES).readUInt32BE(0);
    if (length > HEAD_MAX_BYTES) throw new BatchFormatError('a head is too long');
    let head: unknown;
    try {
      head = JSON.parse(this.take(length).toString('utf8'));
    } catch (error) {
      if (error instanceof BatchFormatError) throw error;
      throw new BatchFormatError('a head is not JSON');
    }
    if (typeof head !== 'object' || head === null) throw new BatchFormatError('a head is not an object');
    return head as Record<string, unknown>;
  }

  take(length: number): Buffer {
    if (this.at + length > this.bytes.length) throw new BatchFormatError('the batch ends too early');
    const part = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    return part;
  }
}

/** The answer to a batch. */
export const encodeBatchAnswer = (statuses: readonly number[]): { readonly statuses: readonly number[] } => ({
  statuses,
});

/** The statuses of an answer for at most `count` webhooks; `undefined` when it is not one. */
export function decodeBatchAnswer(bytes: Buffer, count: number): readonly number[] | undefined {
  try {
    const { statuses } = JSON.parse(bytes.toString('utf8')) as { statuses?: unknown };
    if (!Array.isArray(statuses) || statuses.length < 1 || statuses.length > count) return undefined;
    return statuses.every((status) => Number.isInteger(status) && status >= 200 && status <= 599)
      ? (statuses as number[])
      : undefined;
  } catch {
    return undefined;
  }
}
