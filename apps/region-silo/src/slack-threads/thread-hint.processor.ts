import { getQueueToken, Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject } from '@nestjs/common';
import type { Provider, Type } from '@nestjs/common';
import { THREAD_QUEUE, ThreadHints, threadQueueOf } from './thread-hints';
import { ThreadWorker } from './thread-worker';

/** What a region needs to give hints and to take them. */
export function threadHintProviders(region: string): Provider[] {
  const name = threadQueueOf(region);
  return [{ provide: THREAD_QUEUE, useExisting: getQueueToken(name) }, ThreadHints, processorOf(name)];
}

/** The queue's name is the region's, so the class that carries it is made when the region is known. */
function processorOf(name: string): Type<WorkerHost> {
  @Processor(name)
  class ThreadHintProcessor extends WorkerHost {
    constructor(@Inject(ThreadWorker) private readonly threads: ThreadWorker) {
      super();
    }

    override process(): Promise<void> {
      this.threads.nudge();
      return Promise.resolve();
    }
  }
  return ThreadHintProcessor;
}
