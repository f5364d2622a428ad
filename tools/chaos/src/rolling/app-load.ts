import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Dispatcher } from 'undici';
import type { Answers } from './answers';

const ORGANIZATION = 7_700;

/** An app of a customer, and what happens for it in a region: each happening is one webhook in the end. */
export class AppLoad {
  readonly told = new Set<string>();
  readonly received = new Map<string, number>();

  private constructor(
    private readonly server: Server,
    private readonly token: string,
  ) {
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const key = /"key":"([0-9a-f-]{36})"/.exec(Buffer.concat(chunks).toString('utf8'))?.[1];
        if (key !== undefined) this.received.set(key, (this.received.get(key) ?? 0) + 1);
        response.end();
      });
    });
  }

  static async start(token: string): Promise<AppLoad> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new AppLoad(server, token);
  }

  get lost(): number {
    return [...this.told].filter((key) => !this.received.has(key)).length;
  }

  get doubled(): number {
    return [...this.received.values()].filter((times) => times > 1).length;
  }

  private get headers(): Record<string, string> {
    return { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' };
  }

  /** Tells the notifier of the app. @throws Error when it does not take it */
  async install(notifier: string): Promise<void> {
    const webhookUrl = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
    const app = { slug: 'rolling', name: 'Rolling', kind: 'internal', organizationId: ORGANIZATION, events: ['issue'] };
    await this.post(`${notifier}/admin/api/apps`, { ...app, webhookUrl });
    const user = { id: 1, name: 'Chaos' };
    await this.post(`${notifier}/admin/api/apps/rolling/installations`, {
      organizationId: ORGANIZATION,
      organizationSlug: 'rolling',
      user,
    });
  }

  /** Something happens in a region. */
  async tell(region: string, answers: Answers, dispatcher: Dispatcher): Promise<void> {
    const key = randomUUID();
    const data = { issue: { key, title: 'Rolling' } };
    const body = JSON.stringify({ key, organizationId: ORGANIZATION, resource: 'issue', action: 'created', data });
    const call = { method: 'POST', url: `${region}/admin/api/app-events`, headers: this.headers, body } as const;
    if (await answers.ask(call, dispatcher)) this.told.add(key);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async post(url: string, body: object): Promise<void> {
    const response = await fetch(url, { method: 'POST', headers: this.headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  }
}
