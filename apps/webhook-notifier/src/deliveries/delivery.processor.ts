import { Processor, WorkerHost } from '@nestjs/bullmq';
import type { Job } from 'bullmq';
import { DELIVERY_QUEUE } from './delivery-queue';
import type { DeliveryHint } from './delivery-queue';
import { DeliveryScheduler } from './delivery-scheduler';

/** Hands hints on; it never waits for a request, so a slow endpoint holds no worker. */
@Processor(DELIVERY_QUEUE, { concurrency: 16 })
export class DeliveryProcessor extends WorkerHost {
  constructor(private readonly scheduler: DeliveryScheduler) {
    super();
  }

  override process(job: Job<DeliveryHint>): Promise<void> {
    this.scheduler.submit(job.data.id, job.data.appId);
    return Promise.resolve();
  }
}
