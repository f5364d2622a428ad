import { Inject, Injectable } from '@nestjs/common';
import { counter, describeError, LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import type { Queue } from 'bullmq';

/** DI token of the queue of hints. */
export const THREAD_QUEUE = Symbol('THREAD_QUEUE');

/** Name of a region's queue of hints: its own, because regions of one machine may share a Redis. */
export const threadQueueOf = (region: string): string => `slack-activity-notify-${region}`;

const hintsTotal = counter({
  name: 'switchyard_slack_thread_hints_total',
  help: 'Jobs that say where there is something to post, by kind, and whether the queue took them.',
  labels: ['kind', 'result'],
});

/**
 * Says in the queue that there is something to look at: an activity, or a channel whose pause is over. The rows are the truth; a hint may
 * be lost, doubled or late, and somebody finds the row all the same (design rule 2). People see in the queue which channels wait.
 */
@Injectable()
export class ThreadHints {
  private isSaying = false;
  private isMissed = false;

  constructor(
    @Inject(THREAD_QUEUE) private readonly queue: Pick<Queue, 'add'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Some activity was committed. However many there are, one job at a time says so. */
  activity(): void {
    if (this.isSaying) {
      this.isMissed = true;
      return;
    }
    this.isSaying = true;
    void this.say('activities', {}, 'activities', 0).finally(() => {
      this.isSaying = false;
      if (!this.isMissed) return;
      this.isMissed = false;
      this.activity();
    });
  }

  /** A channel may be written to again after a while. */
  channel(integrationId: string, channelId: string, waitMs: number): void {
    void this.say('channel', { integrationId, channelId }, `${integrationId}/${channelId}`, waitMs);
  }

  private async say(kind: string, data: object, id: string, delay: number): Promise<void> {
    try {
      await this.queue.add(kind, data, { delay, deduplication: { id } });
      hintsTotal.inc({ kind, result: 'added' });
    } catch (error) {
      hintsTotal.inc({ kind, result: 'lost' });
      this.logger.warn({ kind, error: describeError(error) }, 'slack_thread.hint_lost');
    }
  }
}
