import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { loadSettings } from '@switchyard/config';
import { generateKey } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { temporaryDatabase } from '@switchyard/database/testing';
import { TestMailServer } from '@switchyard/email/testing';
import type { TakenMail } from '@switchyard/email/testing';
import { createLogger } from '@switchyard/telemetry';
import { appSettings } from '../app.settings';
import { createNotifier } from '../create-notifier';
import { DeliveryScheduler } from '../deliveries/delivery-scheduler';
import { DeliverySweeper } from '../deliveries/delivery-sweeper';
import { migrations } from '../migrations';

const TOKEN = 'a-token-for-the-specs-of-the-notifier';
const WAIT_MS = 10_000;

/** What an app's endpoint got. */
export interface ReceivedWebhook {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly json: {
    readonly action: string;
    readonly installation: { readonly uuid: string };
    readonly data: Readonly<Record<string, unknown>>;
    readonly actor: Readonly<Record<string, unknown>>;
  };
}

/** An app's endpoint: a real server that answers as it is told. */
export class Receiver {
  readonly received: ReceivedWebhook[] = [];
  /** Status of the answer; `hang` never answers. */
  answer: (
    webhook: ReceivedWebhook,
    index: number,
  ) => number | 'hang' | { status: number; headers: Record<string, string> } = () => 200;
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks);
        const webhook = {
          headers: request.headers,
          body,
          json: JSON.parse(body.toString()) as ReceivedWebhook['json'],
        };
        this.received.push(webhook);
        const answer = this.answer(webhook, this.received.length - 1);
        if (answer === 'hang') return;
        if (typeof answer === 'number') response.writeHead(answer).end();
        else response.writeHead(answer.status, answer.headers).end();
      });
    });
  }

  static async start(): Promise<Receiver> {
    const receiver = new Receiver();
    receiver.server.listen(0, '127.0.0.1');
    await once(receiver.server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  /** `resource.action` of what came, in order. */
  get events(): readonly string[] {
    return this.received.map(({ headers, json }) => `${String(headers['sentry-hook-resource'])}.${json.action}`);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** An answer of the admin API. */
export interface AdminAnswer {
  readonly status: number;
  readonly json: Record<string, unknown>;
}

/** A notifier with a database and a mail server of its own. */
export class NotifierKit {
  private readonly receivers: Receiver[] = [];
  private serial = 0;

  private constructor(
    readonly app: NestFastifyApplication,
    readonly pool: Pool,
    readonly origin: string,
    readonly mail: TestMailServer,
    /** Lines of the log, parsed. */
    readonly logs: readonly Record<string, unknown>[],
    private readonly stop: () => Promise<void>,
  ) {}

  static async start(environment: Readonly<Record<string, string>> = {}): Promise<NotifierKit> {
    const database = await temporaryDatabase(migrations);
    const mail = await TestMailServer.start();
    const settings = loadSettings(appSettings, {
      DATABASE_URL: database.url,
      SWITCHYARD_ADMIN_TOKEN: TOKEN,
      SWITCHYARD_ENCRYPTION_KEYS: generateKey('k1'),
      SWITCHYARD_SMTP_URL: mail.url,
      SWITCHYARD_MAIL_FROM: 'Switchyard <noreply@example.test>',
      SWITCHYARD_OUTBOX_SWEEP_INTERVAL_MS: '100',
      WEBHOOKS_ALLOW_HTTP: 'true',
      WEBHOOKS_ALLOWED_IPS: '127.0.0.1/32',
      WEBHOOKS_RETRY_SCHEDULE_S: '0,0,0',
      WEBHOOKS_FIRST_BYTE_TIMEOUT_MS: '150',
      WEBHOOKS_SWEEP_INTERVAL_MS: '100',
      ...environment,
    });
    const logs: Record<string, unknown>[] = [];
    const logger = createLogger('webhook-notifier', 'info', {
      write: (line: string) => void logs.push(JSON.parse(line) as Record<string, unknown>),
    });
    const app = await createNotifier(settings, logger);
    await app.listen(0, '127.0.0.1');
    const origin = `http://127.0.0.1:${((app.getHttpServer() as Server).address() as AddressInfo).port}`;
    return new NotifierKit(app, database.pool, origin, mail, logs, async () => {
      await app.close();
      await mail.stop();
      await database.drop();
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.receivers.map((receiver) => receiver.stop()));
    await this.stop();
  }

  async receiver(): Promise<Receiver> {
    const receiver = await Receiver.start();
    this.receivers.push(receiver);
    return receiver;
  }

  async admin(method: string, path: string, body?: unknown, token = TOKEN): Promise<AdminAnswer> {
    const response = await fetch(`${this.origin}/admin/api/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, json: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
  }

  async items(path: string): Promise<Record<string, unknown>[]> {
    return (await this.admin('GET', path)).json['items'] as Record<string, unknown>[];
  }

  /** Makes an app and installs it in organization 1. */
  async install(slug: string, webhookUrl: string, rest: Readonly<Record<string, unknown>> = {}) {
    const { organizationId = 1, projectIds = null, isPending = false, ...fields } = rest;
    const app = await this.admin('POST', 'apps', {
      slug,
      name: slug,
      kind: 'internal',
      organizationId: 1,
      webhookUrl,
      events: ['issue'],
      ...fields,
    });
    if (app.status !== 201) throw new Error(`the app was answered ${app.status}: ${JSON.stringify(app.json)}`);
    const installation = await this.admin('POST', `apps/${slug}/installations`, {
      organizationId,
      organizationSlug: 'acme',
      isPending,
      projectIds,
      user: { id: 7, name: 'Jane' },
    });
    return { app: app.json, installation: installation.json };
  }

  /** Tells that something happened in organization 1. */
  async tell(event: string, rest: Readonly<Record<string, unknown>> = {}): Promise<AdminAnswer> {
    const [resource, action] = event.split('.');
    this.serial += 1;
    return this.admin('POST', 'occurrences', {
      key: `occurrence-${this.serial}`,
      organizationId: 1,
      resource,
      action,
      data: { issue: { id: String(this.serial) } },
      ...rest,
    });
  }

  /** Deliveries that have not ended. */
  async waiting(): Promise<number> {
    const { rows } = await this.pool.query(`SELECT FROM app_delivery WHERE status = 'waiting'`);
    return rows.length;
  }

  /** Resolves when every delivery has ended. */
  async settled(): Promise<void> {
    await until(async () => (await this.waiting()) === 0, 'every delivery has ended');
    await this.app.get(DeliveryScheduler).settled();
  }

  /** What a round of the sweeper finds. */
  sweep(): Promise<number> {
    return this.app.get(DeliverySweeper).sweep();
  }

  get messages(): readonly TakenMail[] {
    return this.mail.mails;
  }

  /** Resolves when so many mails have come. */
  async untilMails(count: number): Promise<readonly TakenMail[]> {
    await until(() => Promise.resolve(this.mail.mails.length >= count), `${count} mails have come`);
    return this.mail.mails;
  }

  /** Stands for the passing of days: so many days before today had errors and no success. */
  async passErrorDays(appId: unknown, days: number): Promise<void> {
    await this.pool.query(
      `INSERT INTO request_health (subject, day, success, error, timeout, fatal, expires_at)
       SELECT $1, (now() AT TIME ZONE 'UTC')::date - age, 0, 1, 0, 0, now() + interval '8 days'
       FROM generate_series(1, $2::integer) AS age`,
      [`sentry-app-error:{${String(appId)}:1}`, days],
    );
  }
}

/** Waits for a condition; looks again as soon as the event loop has done something else. */
export async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  const endsAt = performance.now() + WAIT_MS;
  while (!(await isSo())) {
    if (performance.now() > endsAt) throw new Error(`not within ${WAIT_MS} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
