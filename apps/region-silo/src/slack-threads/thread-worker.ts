import { Inject, Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { describeError, LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { ReplyPoster } from './reply-poster';
import { SLACK_THREAD_SETTINGS } from './slack-thread.settings';
import type { SlackThreadSettings } from './slack-thread.settings';
import { ThreadFanOut } from './thread-fan-out';

/** Rounds between two looks for what a dead process left. */
const RECOVERY_ROUNDS = 40;

/** Looks for activities and replies again and again; at once while there are some, else after a while. */
@Injectable()
export class ThreadWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loops: Promise<void>[] = [];
  private readonly wake = new Set<() => void>();
  private isStopped = false;

  constructor(
    private readonly fanOut: ThreadFanOut,
    private readonly poster: ReplyPoster,
    @Inject(SLACK_THREAD_SETTINGS) private readonly settings: SlackThreadSettings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    let round = 0;
    this.loops.push(
      this.repeat(() => this.fanOut.run()),
      this.repeat(async () => {
        if (round++ % RECOVERY_ROUNDS === 0) await this.poster.recover();
        return this.poster.run();
      }),
    );
  }

  /** What is under way ends; what is not begun stays in its rows. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    this.nudge();
    await Promise.all(this.loops);
  }

  /** There may be work: looks at once. */
  nudge(): void {
    for (const wake of this.wake) wake();
  }

  private async repeat(work: () => Promise<number>): Promise<void> {
    while (!this.isStopped) {
      let count = 0;
      try {
        count = await work();
      } catch (error) {
        this.logger.warn({ error: describeError(error) }, 'slack_threads.failed');
      }
      if (count === 0 && !this.isStopped) await this.idle();
    }
  }

  private idle(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.wake.delete(done);
        resolve();
      };
      const timer = setTimeout(done, this.settings.idleMs);
      this.wake.add(done);
    });
  }
}
