import { createTransport } from 'nodemailer';
import type { BuiltMessage } from './message-builder';

/** How a message went: `permanent` will never be taken, the other failures may pass. */
export type SendResult =
  { readonly kind: 'sent' } | { readonly kind: 'failed'; readonly isPermanent: boolean; readonly code: string };

/** Where the mail server is. */
export interface SmtpOptions {
  /** `smtp://host:port` or `smtps://user:password@host:port` */
  readonly url: string;
  readonly connectionsMax: number;
  readonly timeoutMs: number;
}

/** Sends over a few kept SMTP connections; one attempt, no queue. */
export class SmtpTransport {
  private readonly transport;

  constructor({ url, connectionsMax, timeoutMs }: SmtpOptions) {
    const { hostname, port, protocol, username, password } = new URL(url);
    const auth = { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
    this.transport = createTransport({
      host: hostname,
      port: Number(port === '' ? 25 : port),
      secure: protocol === 'smtps:',
      ...(username === '' ? {} : { auth }),
      pool: true,
      maxConnections: connectionsMax,
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  /** Never rejects. */
  async send(message: BuiltMessage): Promise<SendResult> {
    try {
      await this.transport.sendMail({
        messageId: message.messageId,
        from: message.from,
        to: { name: '', address: message.to },
        subject: message.subject,
        text: message.text,
        ...(message.html === undefined ? {} : { html: message.html }),
        headers: { ...message.headers },
      });
      return { kind: 'sent' };
    } catch (error) {
      const { code = 'unknown', responseCode = 0 } = error as { code?: string; responseCode?: number };
      return { kind: 'failed', isPermanent: responseCode >= 500, code };
    }
  }

  close(): void {
    this.transport.close();
  }
}
