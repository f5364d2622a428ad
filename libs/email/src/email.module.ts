import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { QueueModule } from '@switchyard/queue';
import { EMAIL_QUEUE } from './email-queue-name';
import { EmailProcessor } from './email.processor';
import { EmailQueue } from './email.queue';
import type { EmailSettings } from './email.settings';
import { EMAIL_SETTINGS } from './email.settings.token';
import { SmtpTransport } from './smtp-transport';

/** Mail with its queue and its worker. Needs, from global modules: QueueModule, `LOGGER`. */
@Module({})
export class EmailModule {
  static forRoot(settings: EmailSettings): DynamicModule {
    const { smtpUrl, connectionsMax, timeoutMs } = settings;
    return {
      module: EmailModule,
      imports: [QueueModule.registerQueue(EMAIL_QUEUE)],
      providers: [
        { provide: EMAIL_SETTINGS, useValue: settings },
        { provide: SmtpTransport, useValue: new SmtpTransport({ url: smtpUrl, connectionsMax, timeoutMs }) },
        EmailQueue,
        EmailProcessor,
      ],
      exports: [EmailQueue],
    };
  }
}
