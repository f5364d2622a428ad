import { Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject } from '@nestjs/common';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import type { Job } from 'bullmq';
import { APP_WEBHOOKS_QUEUE, occurrenceSchema } from '@switchyard/app-events';
import { OccurrenceIntake } from './occurrence-intake.service';
import { occurrencesTotal } from './occurrence.metrics';

/** Takes jobs of {@link APP_WEBHOOKS_QUEUE}. One that is not usable ends: another attempt would find the same. */
@Processor(APP_WEBHOOKS_QUEUE, { concurrency: 8 })
export class OccurrenceProcessor extends WorkerHost {
  constructor(
    private readonly intake: OccurrenceIntake,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    super();
  }

  override async process(job: Job<unknown>): Promise<void> {
    const parsed = occurrenceSchema.safeParse(job.data);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      occurrencesTotal.inc({ resource: 'unknown', result: 'refused' });
      this.logger.error({ job: job.id, field: issue?.path.join('.'), because: issue?.message }, 'occurrence.refused');
      return;
    }
    await this.intake.take(parsed.data);
  }
}
