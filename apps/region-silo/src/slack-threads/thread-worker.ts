import { Inject, Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { describeError, LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { ParentRefresher } from './parent-refresher';
import { ReplyPoster } from './reply-poster';
import { SLACK_THREAD_SETTINGS } from './slack-thread.settings';
import type { SlackThreadSettings } from './slack-thread.settings';
import { ThreadFanOut } from './thread-fan-out';

/** Looks for work between two looks for what a dead process left. */
const RECOVERY_TURNS = 3;

/** Looks for activities and replies again and again; at once while there are some, else after a while. */
@Injectable()
export class ThreadWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loops: Promise<void>[] = [];
  /** One for each loop that sleeps. */
  private readonly sleepers = new Set<() => void>();
  /** Counts nudges, so that one that comes while a loop looks is not slept over. */
  private nudges = 0;
  private isStopped = false;

  constructor(
    private readonly fanOut: ThreadFanOut,
    private readonly poster: ReplyPoster,
    private readonly refresher: ParentRefresher,
    @Inject(SLACK_THREAD_SETTINGS) private readonly settings: SlackThreadSettings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.loops.push(
      this.repeat(async () => {
        const count = await this.fanOut.run();
        // What was told has made replies.
        if (count > 0) this.nudge();
        return count > 0 ? 0 : this.settings.idleMs;
      }),
      this.repeat(async () => {
        const { tried, waitMs } = await this.poster.run();
        return tried > 0 ? 0 : Math.min(waitMs, this.settings.idleMs);
      }),
      this.repeat(async () => ((await this.refresher.run()) > 0 ? 0 : this.settings.idleMs)),
      this.recoverAgainAndAgain(),
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
    this.nudges += 1;
    for (const wake of this.sleepers) wake();
  }

  private async recoverAgainAndAgain(): Promise<void> {
    while (!this.isStopped) {
      await this.attempt(() => this.poster.recover());
      for (let turn = 0; turn < RECOVERY_TURNS && !this.isStopped; turn += 1) await this.sleep(this.settings.idleMs);
    }
  }

  /** @param work resolves to how long to wait before it is done again, in milliseconds */
  private async repeat(work: () => Promise<number>): Promise<void> {
    while (!this.isStopped) {
      const before = this.nudges;
      const waitMs = (await this.attempt(work)) ?? this.settings.idleMs;
      if (waitMs > 0 && !this.isStopped && before === this.nudges) await this.sleep(waitMs);
    }
  }

  private async attempt<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      this.logger.warn({ error: describeError(error) }, 'slack_threads.failed');
      return undefined;
    }
  }

  private sleep(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.sleepers.delete(done);
        resolve();
      };
      const timer = setTimeout(done, waitMs);
      this.sleepers.add(done);
    });
  }
}
