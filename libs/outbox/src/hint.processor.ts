import { Processor, WorkerHost } from '@nestjs/bullmq';
import type { Job } from 'bullmq';
import { DrainScheduler } from './drain-scheduler';
import { HINT_QUEUE } from './hint';
import type { HintJob } from './hint';
import { hints } from './outbox.metrics';

/** Takes hints from the queue and passes them on; it does not wait for the drains. */
@Processor(HINT_QUEUE, { concurrency: 4 })
export class HintProcessor extends WorkerHost {
  constructor(private readonly scheduler: DrainScheduler) {
    super();
  }

  override async process(job: Job<HintJob>): Promise<void> {
    const { mailboxes } = job.data;
    for (const mailbox of mailboxes) this.scheduler.submit(mailbox);
    hints.inc({ result: 'received' }, mailboxes.length);
    await Promise.resolve();
  }
}
