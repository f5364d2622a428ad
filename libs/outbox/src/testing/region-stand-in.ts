import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BATCH_PATH, decodeDeliveryBatch, encodeBatchAnswer, isSettledStatus } from '@switchyard/silo';
import type { BatchItem } from '@switchyard/silo';

/** What a stand-in for a region was sent. */
export interface ReceivedDelivery {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** An HTTP server in place of a region: records what it is sent and answers as it is told. */
export class RegionStandIn {
  readonly received: ReceivedDelivery[] = [];
  /** Decides each answer's status; 0 closes the connection without one, `hang` never answers. */
  answer: (delivery: ReceivedDelivery, index: number) => number | 'hang' = () => 200;
  /** The most requests that were under way at once. */
  concurrentMost = 0;
  private concurrent = 0;
  /** Turns of the event loop before an answer. */
  slowTurns = 0;
  /** Whether it takes many webhooks in one request, as a region silo does. */
  takesBatches = false;
  /** The most of a batch that it handles before it answers, as if the rest had taken too long. */
  batchItemsMax = Infinity;
  /** Batches that it was sent although it takes none. */
  batchesRefused = 0;
  /** Webhooks per batch, in the order they came. */
  readonly batchSizes: number[] = [];
  private readonly server: Server;
  private readonly hanging = new Set<ServerResponse>();

  private constructor() {
    this.server = createServer((request, response) => {
      this.concurrent += 1;
      this.concurrentMost = Math.max(this.concurrentMost, this.concurrent);
      response.on('close', () => (this.concurrent -= 1));
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const delivery = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) };
        if (request.url === BATCH_PATH) this.respondToBatch(response, delivery.body);
        else void this.respondLater(response, this.receive(delivery));
      });
    });
  }

  static async start(): Promise<RegionStandIn> {
    const standIn = new RegionStandIn();
    await new Promise<void>((resolve) => standIn.server.listen(0, '127.0.0.1', resolve));
    return standIn;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Bodies as text, in the order they came. */
  get bodies(): readonly string[] {
    return this.received.map(({ body }) => body.toString());
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private receive(delivery: ReceivedDelivery): number | 'hang' {
    this.received.push(delivery);
    return this.answer(delivery, this.received.length - 1);
  }

  /** After as many turns of the event loop as it takes requests that were sent together to arrive. */
  private async respondLater(response: ServerResponse, status: number | 'hang'): Promise<void> {
    for (let turn = 0; turn < this.slowTurns; turn++) await new Promise(setImmediate);
    this.respond(response, status);
  }

  private respondToBatch(response: ServerResponse, body: Buffer): void {
    if (!this.takesBatches) {
      this.batchesRefused += 1;
      return this.respond(response, 404);
    }
    const { items, isStrict } = decodeDeliveryBatch(body);
    this.batchSizes.push(items.length);
    const statuses: number[] = [];
    for (const item of items.slice(0, this.batchItemsMax)) {
      const status = this.receive(asDelivery(item));
      if (status === 'hang' || status === 0) return this.respond(response, status);
      statuses.push(status);
      if (isStrict && !isSettledStatus(status)) break;
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(encodeBatchAnswer(statuses)));
  }

  private respond(response: ServerResponse, status: number | 'hang'): void {
    if (status === 'hang') this.hanging.add(response);
    else if (status === 0) response.socket?.destroy();
    else response.writeHead(status, { location: 'http://127.0.0.1:1/elsewhere' }).end();
  }
}

/** What it would have been alone. */
function asDelivery({
  pathAndQuery,
  headers,
  body,
  integrationId,
  isVerified,
  deliveryId,
}: BatchItem): ReceivedDelivery {
  const named: IncomingMessage['headers'] = {
    'x-gateway-integration': integrationId ?? '',
    'x-gateway-verified': isVerified ? '1' : '0',
    'x-gateway-delivery': deliveryId,
  };
  for (let index = 0; index + 1 < headers.length; index += 2) {
    named[(headers[index] as string).toLowerCase()] = headers[index + 1] as string;
  }
  return { path: pathAndQuery, headers: named, body };
}
