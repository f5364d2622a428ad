import { InjectQueue } from '@nestjs/bullmq';
import { Inject, Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { EVENT_STREAM } from '@switchyard/event-stream';
import type { EventStream } from '@switchyard/event-stream';
import { describeError, LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { Queue } from 'bullmq';
import { CutoverTable } from '../consume/cutover-table';
import { SpikeWatch } from '../operations/spike-watch';
import { UsageOperations } from '../operations/usage-operations';
import { UsageMaintenance } from '../operations/usage-maintenance';
import { NOTICE_QUEUE } from './notice';
import type { NoticeJob } from './notice';
import { NoticeRelay } from './notice-relay';
import { OutboxBacklog } from './outbox-backlog';
import { outboxRows, relayRunsTotal } from './notices.metrics';
import { OutboxRelay } from './outbox-relay';

/** Latency of what is published; an idle look at an empty partial index costs next to nothing. */
const IDLE_MS = 250;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Carries on what the ledger has written: outcomes to their topics, notices to the queue; and keeps the tables in shape. */
@Injectable()
export class Relays implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly outbox: OutboxRelay;
  private readonly notices: NoticeRelay;
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly running = new Set<Promise<void>>();
  private isStopped = false;

  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    @Inject(EVENT_STREAM) stream: EventStream,
    @InjectQueue(NOTICE_QUEUE) queue: Queue<NoticeJob>,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly backlog: OutboxBacklog,
    private readonly cutovers: CutoverTable,
    private readonly maintenance: UsageMaintenance,
    private readonly spikes: SpikeWatch,
    private readonly operations: UsageOperations,
  ) {
    this.outbox = new OutboxRelay(pool, stream, (topic) => topic);
    this.notices = new NoticeRelay(pool, queue);
  }

  onApplicationBootstrap(): void {
    this.repeat('outbox', IDLE_MS, () => this.outbox.publish());
    this.repeat('notices', IDLE_MS, () => this.notices.send());
    this.repeat('backlog', MINUTE_MS / 12, () => this.measure());
    this.repeat('cutovers', MINUTE_MS / 6, async () => {
      await this.cutovers.refresh();
      return 0;
    });
    this.repeat('spikes', 5 * MINUTE_MS, async () => {
      await this.spikes.look();
      return 0;
    });
    this.repeat('maintenance', HOUR_MS, async () => {
      await this.maintenance.run();
      await this.outbox.purge();
      await this.operations.reconcile();
      return 0;
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    for (const timer of this.timers) clearTimeout(timer);
    await Promise.all(this.running);
  }

  /** Again at once while there is work, else after a while. */
  private repeat(relay: string, idleMs: number, work: () => Promise<number>): void {
    const run = async (): Promise<void> => {
      let count = 0;
      try {
        count = await work();
        relayRunsTotal.inc({ relay, result: 'ok' });
      } catch (error) {
        relayRunsTotal.inc({ relay, result: 'failed' });
        this.logger.warn({ relay, error: describeError(error) }, 'usage_relay.failed');
      }
      if (this.isStopped) return;
      const timer = setTimeout(
        () => {
          this.timers.delete(timer);
          track(run());
        },
        count > 0 ? 0 : idleMs,
      );
      this.timers.add(timer);
    };
    const track = (promise: Promise<void>): void => {
      this.running.add(promise);
      void promise.finally(() => this.running.delete(promise));
    };
    track(run());
  }

  private async measure(): Promise<number> {
    const { rows } = await this.pool.query<{ count: string }>(
      'SELECT count(*) FROM outcome_outbox WHERE published_at IS NULL',
    );
    const count = Number(rows[0]?.count ?? 0);
    outboxRows.set(count);
    this.backlog.note(count);
    return 0;
  }
}
