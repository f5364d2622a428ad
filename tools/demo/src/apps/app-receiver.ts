import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A customer's app: verifies what it is sent, and answers as it is told. */
export class AppReceiver {
  /** Names of events whose signature was right. */
  readonly accepted: string[] = [];
  forged = 0;
  status = 200;
  /** As the app was told when it was made. */
  secret = '';
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.take(request, Buffer.concat(chunks));
        response.writeHead(this.status).end();
      });
    });
  }

  static async start(): Promise<AppReceiver> {
    const receiver = new AppReceiver();
    receiver.server.listen(0, '127.0.0.1');
    await once(receiver.server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/webhooks`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private take({ headers }: IncomingMessage, body: Buffer): void {
    const expected = createHmac('sha256', this.secret).update(body).digest();
    const given = Buffer.from(String(headers['sentry-hook-signature'] ?? ''), 'hex');
    const isGenuine = given.length === expected.length && timingSafeEqual(given, expected);
    if (!isGenuine) this.forged += 1;
    else if (this.status < 300) {
      const { action } = JSON.parse(body.toString()) as { action: string };
      this.accepted.push(`${String(headers['sentry-hook-resource'])}.${action}`);
    }
  }
}
