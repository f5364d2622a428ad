import { Module } from '@nestjs/common';
import type { DynamicModule, Provider } from '@nestjs/common';
import { openEventStream } from '@switchyard/event-stream';
import type { EventStream } from '@switchyard/event-stream';
import { describeError, LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { OPEN_OUTCOME_STREAM, OUTCOME_SOURCE, OutcomePublisher } from './outcome-publisher';
import type { OutcomePublishingSettings } from './outcomes.settings';

/** What {@link OutcomesModule} needs. */
export interface OutcomesModuleOptions extends OutcomePublishingSettings {
  readonly kafkaBrokers?: readonly string[] | undefined;
  readonly topicBrokers?: ReadonlyMap<string, readonly string[]> | undefined;
  /** Name of the app at the broker. */
  readonly clientId: string;
  /** Gives an {@link OutcomeSource}, made of what global modules provide. */
  readonly source?: Pick<Extract<Provider, { useFactory: unknown }>, 'useFactory' | 'inject'>;
}

const STREAM_POOL_MAX = 2;
const NO_SOURCE = { useFactory: () => () => Promise.resolve() };

/** Publishes the outcomes that an app tracks. Needs, from global modules: `PG_POOL`, `CLOCK`, `LOGGER`. */
@Module({})
export class OutcomesModule {
  static forRoot(options: OutcomesModuleOptions): DynamicModule {
    return {
      module: OutcomesModule,
      providers: [
        {
          provide: OPEN_OUTCOME_STREAM,
          inject: [LOGGER],
          useFactory: (logger: Logger) => () => openStream(options, logger),
        },
        { provide: OUTCOME_SOURCE, ...(options.source ?? NO_SOURCE) },
        OutcomePublisher,
      ],
      exports: [OutcomePublisher],
    };
  }
}

function openStream(options: OutcomesModuleOptions, logger: Logger): EventStream | undefined {
  const { kafkaBrokers, topicBrokers, clientId, outcomesDatabaseUrl } = options;
  if ((kafkaBrokers ?? []).length === 0 && outcomesDatabaseUrl === undefined) return undefined;
  const onError = (error: Error): void => logger.warn({ error: describeError(error) }, 'outcome_stream.lost');
  return openEventStream({
    kafkaBrokers,
    topicBrokers,
    databaseUrl: outcomesDatabaseUrl ?? '',
    poolMax: STREAM_POOL_MAX,
    clientId,
    onError,
  });
}
