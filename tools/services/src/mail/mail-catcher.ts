import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerAddress, SMTPServerSession } from 'smtp-server';
import { systemClock } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';
import { listPage, mailPage, PAGE_HEADERS } from './mail-page';
import { MailStore } from './mail-store';
import type { CaughtMail } from './mail-store';
import { readMail } from './read-mail';

/** A mail server for development: accepts everything, sends nothing on. */
export interface MailCatcher {
  /** `smtp://127.0.0.1:1025` */
  readonly smtpUrl: string;
  /** The page; `/messages` below it is the same as JSON. */
  readonly pageUrl: string;
  messages(): readonly CaughtMail[];
  stop(): Promise<void>;
}

/** Where it listens; 0 or nothing means any free port. */
export interface MailCatcherOptions {
  readonly smtpPort?: number | undefined;
  readonly httpPort?: number | undefined;
  /** Address to listen on; 127.0.0.1 unless said otherwise. */
  readonly host?: string | undefined;
  readonly clock?: Clock;
}

/** As large as the large providers accept. */
const MAIL_BYTES_MAX = 25 * 1024 * 1024;
const LIMITS = { countMax: 500, bytesMax: 100 * 1024 * 1024 };

/** Starts the catcher in this process. */
export async function startMailCatcher(options: MailCatcherOptions = {}): Promise<MailCatcher> {
  const { smtpPort = 0, httpPort = 0, host = '127.0.0.1', clock = systemClock } = options;
  const store = new MailStore(LIMITS);
  const smtp = createSmtp(store, clock);
  const http = createServer((request, response) => answer(store, request, response));
  await listening(smtp.server as Server, () => smtp.listen(smtpPort, host));
  try {
    await listening(http, () => http.listen(httpPort, host));
  } catch (error) {
    await closeSmtp(smtp);
    throw error;
  }
  return {
    smtpUrl: `smtp://${host}:${portOf(smtp.server as Server)}`,
    pageUrl: `http://${host}:${portOf(http)}`,
    messages: () => store.all(),
    async stop() {
      http.closeAllConnections();
      await Promise.all([closeSmtp(smtp), new Promise((resolve) => http.close(resolve))]);
    },
  };
}

function createSmtp(store: MailStore, clock: Clock): SMTPServer {
  const server = new SMTPServer({
    authOptional: true,
    onAuth: (auth, _session, accept) => accept(null, { user: auth.username }),
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    disableReverseLookup: true,
    size: MAIL_BYTES_MAX,
    closeTimeout: 500,
    onData(stream, session, done) {
      receive(stream, session, clock).then(
        (mail) => {
          store.add(mail);
          done(null, `caught as ${mail.id}`);
        },
        (error: Error) => done(error),
      );
    },
  });
  server.on('error', () => undefined);
  return server;
}

async function receive(stream: Readable, { envelope }: SMTPServerSession, clock: Clock): Promise<CaughtMail> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAIL_BYTES_MAX) chunks.push(chunk);
  }
  if (bytes > MAIL_BYTES_MAX) throw Object.assign(new Error('the mail is too large'), { responseCode: 552 });
  const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
  return readMail(Buffer.concat(chunks), {
    id: randomUUID(),
    from,
    to: envelope.rcptTo.map((recipient: SMTPServerAddress) => recipient.address),
    receivedAt: new Date(clock.now()).toISOString(),
  });
}

function answer(store: MailStore, request: IncomingMessage, response: ServerResponse): void {
  const [, folder, id] = (request.url ?? '/').split('?', 1).join().split('/');
  const mail = id === undefined ? undefined : store.find(id);
  const json = (status: number, body: unknown): void =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  if (request.method === 'DELETE' && folder === 'messages' && id === undefined) {
    store.clear();
    response.writeHead(204).end();
  } else if (request.method !== 'GET') json(405, { error: 'only GET, and DELETE /messages' });
  else if (folder === '') response.writeHead(200, PAGE_HEADERS).end(listPage(store.all()));
  else if (folder === 'messages' && id === undefined) json(200, store.all());
  else if (mail === undefined) json(404, { error: 'there is no such page or message' });
  else if (folder === 'messages') json(200, mail);
  else response.writeHead(200, PAGE_HEADERS).end(mailPage(mail));
}

function listening(server: Server, listen: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => {
      server.off('error', reject);
      resolve();
    });
    listen();
  });
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

function closeSmtp(smtp: SMTPServer): Promise<void> {
  return new Promise((resolve) => smtp.close(() => resolve()));
}
