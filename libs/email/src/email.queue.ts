import { Inject, Injectable } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { EMAIL_BULL_QUEUE, EMAIL_SETTINGS } from './email.settings.token';
import type { EmailSettings } from './email.settings';
import { emailsQueued } from './email.metrics';
import type { BuiltMessage } from './message-builder';
import { SmtpTransport } from './smtp-transport';
import type { SendResult } from './smtp-transport';

const RETRY_MAX_MS = 3_600_000;

/** Sends mail, now or by the queue. */
@Injectable()
export class EmailQueue {
  constructor(
    @Inject(EMAIL_BULL_QUEUE) private readonly queue: Queue<BuiltMessage>,
    private readonly transport: SmtpTransport,
    @Inject(EMAIL_SETTINGS) private readonly settings: EmailSettings,
  ) {}

  /** Sender of all mails. */
  get from(): string {
    return this.settings.from;
  }

  /** Domain of the sender, for message ids. */
  get domain(): string {
    return /@([A-Za-z0-9.-]+)>?$/.exec(this.settings.from)?.[1] ?? 'localhost';
  }

  /** One attempt, now. */
  send(message: BuiltMessage): Promise<SendResult> {
    return this.transport.send(message);
  }

  /**
   * Queues a mail; resolves when it is in the queue. The same message id twice is one mail.
   *
   * @throws when the queue is away
   */
  async sendAsync(message: BuiltMessage): Promise<void> {
    await this.queue.add('send', message, {
      // A colon separates keys of the queue.
      jobId: message.messageId.replaceAll(':', '_'),
      attempts: this.settings.attempts,
      backoff: { type: 'exponential', delay: this.settings.firstRetryMs, jitter: 0.2 },
      // So long a repeat is recognized.
      removeOnComplete: { age: RETRY_MAX_MS / 1000 },
    });
    emailsQueued.inc({ type: message.type });
  }
}
