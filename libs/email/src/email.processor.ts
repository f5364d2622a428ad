import { Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { UnrecoverableError } from 'bullmq';
import type { Job } from 'bullmq';
import { EMAIL_QUEUE } from './email-queue-name';
import { emailsSent } from './email.metrics';
import type { BuiltMessage } from './message-builder';
import { SmtpTransport } from './smtp-transport';

/** Sends queued mails. What the server refuses for good is not tried again; the job stays in the queue's list of failed ones. */
@Processor(EMAIL_QUEUE, { concurrency: 4 })
export class EmailProcessor extends WorkerHost implements OnApplicationShutdown {
  constructor(
    private readonly transport: SmtpTransport,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    super();
  }

  override async process({ data, attemptsMade }: Job<BuiltMessage>): Promise<void> {
    const result = await this.transport.send(data);
    const { type, messageId } = data;
    if (result.kind === 'sent') {
      emailsSent.inc({ type, result: 'sent' });
      this.logger.info({ message_id: messageId, type, size: data.text.length + (data.html?.length ?? 0) }, 'mail.sent');
      return;
    }
    emailsSent.inc({ type, result: result.isPermanent ? 'refused' : 'failed' });
    this.logger.warn(
      { message_id: messageId, type, code: result.code, attempt: attemptsMade + 1 },
      'mail.sent.failure',
    );
    if (result.isPermanent) throw new UnrecoverableError(`refused: ${result.code}`);
    throw new Error(`not sent: ${result.code}`);
  }

  onApplicationShutdown(): void {
    this.transport.close();
  }
}
