import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BATCH_PATH, decodeDeliveryBatch, encodeBatchAnswer } from '@switchyard/silo';
import type { BenchContext } from '../bench';

/** A region that takes everything and notes when. */
export interface CountingSink {
  readonly origin: string;
  readonly count: number;
  /** Called with each request's provider delivery id. */
  onReceipt: (deliveryId: string) => void;
  /** Forgets what came. */
  reset(): void;
  /** Resolves when `count` have come since the last reset, to how many came per second between the first and the last. */
  rateOf(count: number, timeoutMs: number): Promise<number>;
}

/** Starts one in this process. */
export async function startCountingSink(context: BenchContext): Promise<CountingSink> {
  let count = 0;
  let firstAt = 0;
  let lastAt = 0;
  let wanted = Infinity;
  let arrived: () => void = () => undefined;
  const receive = (deliveryId: unknown): void => {
    lastAt = performance.now();
    count += 1;
    if (count === 1) firstAt = lastAt;
    sink.onReceipt(String(deliveryId ?? ''));
    if (count >= wanted) arrived();
  };
  const server = createServer((request, response) => {
    if (request.url === BATCH_PATH) return void takeBatch(request, response, receive);
    request.resume().on('end', () => {
      receive(request.headers['x-github-delivery']);
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.cleanUp.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const sink: CountingSink = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get count() {
      return count;
    },
    onReceipt: () => undefined,
    reset() {
      count = 0;
    },
    async rateOf(target, timeoutMs) {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`${count} of ${target} came in time`)), timeoutMs);
        arrived = () => {
          clearTimeout(timer);
          wanted = Infinity;
          resolve();
        };
        wanted = target;
        if (count >= target) arrived();
      });
      return (target - 1) / ((lastAt - firstAt) / 1000);
    },
  };
  return sink;
}

/** As a region silo takes one: every webhook of it is read and answered by itself. */
async function takeBatch(
  request: IncomingMessage,
  response: ServerResponse,
  receive: (deliveryId: unknown) => void,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { items } = decodeDeliveryBatch(Buffer.concat(chunks));
  for (const { headers } of items) {
    receive(headers[headers.findIndex((name) => name.toLowerCase() === 'x-github-delivery') + 1]);
  }
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(encodeBatchAnswer(items.map(() => 204))));
}
