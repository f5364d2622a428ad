import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

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
  private readonly server: Server;
  private readonly hanging = new Set<ServerResponse>();

  private constructor() {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const delivery = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) };
        this.received.push(delivery);
        this.respond(response, this.answer(delivery, this.received.length - 1));
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

  private respond(response: ServerResponse, status: number | 'hang'): void {
    if (status === 'hang') this.hanging.add(response);
    else if (status === 0) response.socket?.destroy();
    else response.writeHead(status, { location: 'http://127.0.0.1:1/elsewhere' }).end();
  }
}
