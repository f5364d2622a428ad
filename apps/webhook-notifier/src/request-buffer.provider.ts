import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import {
  PostgresRequestBufferStore,
  RedisRequestBufferStore,
  REQUEST_BUFFER_LIMITS,
} from '@switchyard/integration-request-buffer';
import type {
  LoggedRequest,
  RequestBufferStore,
  RequestLogQuery,
  RequestRecord,
} from '@switchyard/integration-request-buffer';
import { CLOCK } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';
import { describeError, LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { Redis } from 'ioredis';

/** DI token of the address of Redis; `undefined` keeps counts and log in PostgreSQL. */
export const BUFFER_REDIS_URL = Symbol('BUFFER_REDIS_URL');

/** Counts and log on Redis where there is one, else in PostgreSQL; ends its connection with the app. */
@Injectable()
export class RequestBuffer implements RequestBufferStore, OnApplicationShutdown {
  private readonly redis: Redis | undefined;
  private readonly store: RequestBufferStore;

  constructor(
    @Inject(BUFFER_REDIS_URL) redisUrl: string | undefined,
    @Inject(PG_POOL) pool: Pool,
    @Inject(CLOCK) clock: Clock,
    @Inject(LOGGER) logger: Logger,
  ) {
    if (redisUrl === undefined) {
      this.store = new PostgresRequestBufferStore(pool, REQUEST_BUFFER_LIMITS, clock);
      return;
    }
    // A record that waits for Redis would hold the delivery that it is about.
    this.redis = new Redis(redisUrl, { maxRetriesPerRequest: 1, enableAutoPipelining: true });
    this.redis.on('error', (error: Error) => logger.warn({ error: describeError(error) }, 'request_buffer.failed'));
    this.store = new RedisRequestBufferStore(this.redis, REQUEST_BUFFER_LIMITS);
  }

  record(record: RequestRecord): Promise<void> {
    return this.store.record(record);
  }

  counts(subject: string, days: readonly string[]): ReturnType<RequestBufferStore['counts']> {
    return this.store.counts(subject, days);
  }

  clear(subject: string, days: readonly string[]): Promise<void> {
    return this.store.clear(subject, days);
  }

  requests(query: RequestLogQuery): Promise<readonly LoggedRequest[]> {
    return this.store.requests(query);
  }

  onApplicationShutdown(): void {
    this.redis?.disconnect();
  }
}
