import { createServer } from 'node:http';
import type { Server } from 'node:http';

/** What was posted to a response URL. */
export interface PostedAnswer {
  readonly path: string;
  readonly body: string;
}

/** Listens in place of Slack's response URLs. */
export class SlackStandIn {
  readonly posted: PostedAnswer[] = [];

  private constructor(private readonly server: Server) {}

  /** @throws Error with a remedy when the address is taken */
  static async start(origin: string): Promise<SlackStandIn> {
    const { port, hostname } = new URL(origin);
    const server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        standIn.posted.push({ path: request.url ?? '', body });
        response.end('ok');
      });
    });
    const standIn = new SlackStandIn(server);
    await new Promise<void>((resolve, reject) => {
      server.once('error', () =>
        reject(new Error(`${origin} is in use: stop the other demo, or start the fleet again.`)),
      );
      server.listen(Number(port), hostname, resolve);
    });
    return standIn;
  }

  /** Answers posted for a token. */
  of(token: string): readonly PostedAnswer[] {
    return this.posted.filter(({ path }) => path.endsWith(`/${token}`));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
