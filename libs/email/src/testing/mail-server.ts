import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';

/** A mail that a specification's server took. */
export interface TakenMail {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string | undefined;
  readonly html: string | undefined;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A real SMTP server for specifications; in the process, on a free port. */
export class TestMailServer {
  readonly mails: TakenMail[] = [];
  /** Codes with which the next recipients are refused; then all are taken. */
  readonly refusals: number[] = [];
  private readonly server: SMTPServer;

  private constructor() {
    this.server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      disableReverseLookup: true,
      onRcptTo: (_address, _session, done) => {
        const responseCode = this.refusals.shift();
        done(responseCode === undefined ? undefined : Object.assign(new Error('not now'), { responseCode }));
      },
      onData: (stream, { envelope }, done) => {
        void bytesOf(stream as AsyncIterable<Buffer>)
          .then((bytes) => PostalMime.parse(bytes))
          .then(({ subject = '', text, html, headers }) => {
            const to = envelope.rcptTo.map(({ address }) => address);
            this.mails.push({
              to,
              subject,
              text,
              html,
              headers: Object.fromEntries(headers.map(({ key, value }) => [key, value])),
            });
            done();
          }, done);
      },
    });
    // A client that breaks off is nobody's failure.
    this.server.on('error', () => undefined);
  }

  static async start(): Promise<TestMailServer> {
    const mail = new TestMailServer();
    mail.server.listen(0, '127.0.0.1');
    await once(mail.server.server as Server, 'listening');
    return mail;
  }

  get url(): string {
    return `smtp://127.0.0.1:${((this.server.server as Server).address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

async function bytesOf(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
