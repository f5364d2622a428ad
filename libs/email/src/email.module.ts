import { getQueueToken } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { QueueModule } from '@switchyard/queue';
import { emailProcessorOf } from './email.processor';
import { EmailQueue } from './email.queue';
import type { EmailSettings } from './email.settings';
import { EMAIL_BULL_QUEUE, EMAIL_SETTINGS } from './email.settings.token';
import { emailQueueOf } from './queue-names';
import type { MailSilo } from './queue-names';
import { SmtpTransport } from './smtp-transport';

/** Mail with its queue and its worker. Needs, from global modules: QueueModule, `LOGGER`. */
@Module({})
export class EmailModule {
  /** @param silo decides the queue: `email-control` or `email` */
  static forRoot(settings: EmailSettings, silo: MailSilo): DynamicModule {
    const queue = emailQueueOf(silo);
    const { smtpUrl, connectionsMax, timeoutMs } = settings;
    return {
      module: EmailModule,
      imports: [QueueModule.registerQueue(queue)],
      providers: [
        { provide: EMAIL_SETTINGS, useValue: settings },
        { provide: SmtpTransport, useValue: new SmtpTransport({ url: smtpUrl, connectionsMax, timeoutMs }) },
        { provide: EMAIL_BULL_QUEUE, useExisting: getQueueToken(queue) },
        EmailQueue,
        emailProcessorOf(queue),
      ],
      exports: [EmailQueue],
    };
  }
}
