import { Inject, Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { EVENT_STREAM, EventStreamTransport } from '@switchyard/event-stream';
import type { EventStream } from '@switchyard/event-stream';
import { BILLING_OUTCOMES_TOPIC, OUTCOMES_TOPIC } from '@switchyard/outcomes';
import { CLOCK, RANDOM } from '@switchyard/primitives';
import type { Clock, RandomSource } from '@switchyard/primitives';
import { LOGGER, ReadinessRegistry } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { OUTCOMES_SETTINGS } from '../tokens';
import type { OutcomesSettings } from '../app.settings';
import { CustomMetricFlagger } from '../flags/custom-metric-flagger';
import { OutcomeLedger } from '../ledger/outcome-ledger';
import { OutboxBacklog } from '../notices/outbox-backlog';
import { BatchProcessor } from './batch-processor';
import type { BatchProcessorOptions } from './batch-processor';
import { readBucket } from './bucket-reader';
import { CutoverTable } from './cutover-table';
import { readOutcome } from './outcome-reader';
import { BUCKETS_TOPIC, checkPositions, sourceName } from './topics';

/** A consumer that has made no progress for so long, with records waiting, is stuck. */
const STUCK_MS = 30_000;

interface Started {
  readonly topics: readonly string[];
  readonly transport: EventStreamTransport;
  readonly processor: BatchProcessor;
  readonly ledger: OutcomeLedger;
  failure: string | undefined;
}

/** Runs the two consumers: metric buckets, and the outcomes that other apps have tracked. */
@Injectable()
export class UsageConsumers implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly started: Started[] = [];

  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    @Inject(EVENT_STREAM) private readonly stream: EventStream,
    @Inject(OUTCOMES_SETTINGS) private readonly settings: OutcomesSettings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RANDOM) private readonly random: RandomSource,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly flagger: CustomMetricFlagger,
    private readonly cutovers: CutoverTable,
    private readonly backlog: OutboxBacklog,
    readiness: ReadinessRegistry,
  ) {
    readiness.add('usage_consumers', () => this.checkProgress());
  }

  async onApplicationBootstrap(): Promise<void> {
    const topics = [BUCKETS_TOPIC, OUTCOMES_TOPIC, BILLING_OUTCOMES_TOPIC];
    const partitions = this.settings.topicPartitions;
    await this.stream.ensureTopics(topics.map((name) => ({ name, partitions })));
    await this.cutovers.refresh();
    await this.start('buckets', this.settings.group, [BUCKETS_TOPIC], {
      read: this.readBucket,
      afterChunk: async (projects) => void (await this.flagger.flag(projects)),
      isHeldBack: () => this.backlog.isHigh,
    });
    await this.start('outcomes', `${this.settings.group}-outcomes`, [OUTCOMES_TOPIC, BILLING_OUTCOMES_TOPIC], {
      read: readOutcome,
    });
  }

  /** Running batches finish their chunk; whatever comes after is given to somebody else. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.started.map(({ transport }) => transport.close()));
  }

  private async start(
    consumer: string,
    group: string,
    topics: readonly string[],
    own: Pick<BatchProcessorOptions, 'read' | 'afterChunk' | 'isHeldBack'>,
  ): Promise<void> {
    const { settings, stream, clock, logger } = this;
    const ledger = new OutcomeLedger(this.pool, group, this.random);
    const sourceOf = (topic: string): string => sourceName(topic, settings.topicEpochs);
    for (const topic of topics) await checkPositions({ stream, ledger }, topic, sourceOf(topic), settings.gapPolicy);
    const limits = { ratioMax: settings.deadLettersPerThousand / 1000, consecutiveMax: settings.deadLettersInRow };
    const { chunkRecordsMax, gapPolicy } = settings;
    const options = { consumer, sourceOf, limits, chunkRecordsMax, gapPolicy, ...own, onBug: this.endProcess };
    const processor = new BatchProcessor(ledger, options, clock, logger);
    const transport = new EventStreamTransport({
      stream,
      group,
      concurrency: settings.concurrency,
      onFailure: (reason) => {
        entry.failure = reason;
        logger.error({ consumer, reason }, 'usage_consumer.stopped');
      },
    });
    const entry: Started = { topics, transport, processor, ledger, failure: undefined };
    for (const topic of topics) transport.addHandler(topic, processor.process);
    await new Promise<void>((resolve, reject) => {
      transport.listen((error) => (error === undefined ? resolve() : reject(error)));
    });
    this.started.push(entry);
  }

  /** Reads buckets as the settings and cut-overs say. */
  readonly readBucket: BatchProcessorOptions['read'] = (record, place) =>
    readBucket(record, place, {
      policy: this.settings.timestampPolicy,
      futureToleranceMs: FUTURE_TOLERANCE_MS,
      segmentOrgs: this.segmentOrgs,
      modeFor: (orgId, brokerMs) => this.cutovers.modeFor(orgId, brokerMs) ?? this.settings.countingMode,
    });

  private get segmentOrgs(): ReadonlySet<number> {
    return (this.segmentOrgsRead ??= new Set((this.settings.segmentOrganizations ?? []).map(Number)));
  }

  private segmentOrgsRead: ReadonlySet<number> | undefined;

  /** A process with a bug must not stay half alive: it ends in order, with a code that says so. */
  private readonly endProcess = (): void => {
    process.exitCode = 1;
    process.kill(process.pid, 'SIGTERM');
  };

  private async checkProgress(): Promise<void> {
    for (const { failure, transport, processor, topics, ledger } of this.started) {
      if (failure !== undefined) throw new Error(failure);
      if (!transport.isJoined()) throw new Error('not in its group');
      if (this.clock.now() - processor.progressAt < STUCK_MS) continue;
      if (await this.hasWaitingRecords(topics, ledger)) throw new Error('records wait and none is read');
    }
    if (this.started.length < 2) throw new Error('not started');
  }

  /** Only partitions that this group has touched: what another process reads is that process's to report. */
  private async hasWaitingRecords(topics: readonly string[], ledger: OutcomeLedger): Promise<boolean> {
    for (const topic of topics) {
      const positions = await ledger.positions(sourceName(topic, this.settings.topicEpochs));
      const marks = await this.stream.watermarks(topic);
      if (marks.some(({ partition, low, high }) => high > (positions.get(partition) ?? low))) return true;
    }
    return false;
  }
}

const FUTURE_TOLERANCE_MS = 300_000;
