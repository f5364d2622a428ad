import { Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject } from '@nestjs/common';
import type { OnApplicationShutdown, Type } from '@nestjs/common';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { UnrecoverableError } from 'bullmq';
import type { Job } from 'bullmq';
import { emailsSent } from './email.metrics';
import type { BuiltMessage } from './message-builder';
import { SmtpTransport } from './smtp-transport';

/** Makes the worker of a queue of mails. What the server refuses for good is not tried again; the job stays among the failed ones. */
export function emailProcessorOf(queue: string): Type<WorkerHost> {
  @Processor(queue, { concurrency: 4 })
  class EmailProcessor extends WorkerHost implements OnApplicationShutdown {
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
        const size = data.text.length + (data.html?.length ?? 0);
        this.logger.info({ message_id: messageId, type, size }, 'mail.sent');
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
  return EmailProcessor;
}
