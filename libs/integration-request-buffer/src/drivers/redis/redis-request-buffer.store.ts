import type { Redis } from 'ioredis';
import type { DayCounts } from '../../health-rule';
import { isFailure } from '../../request-log-entry';
import type { RequestLogEntry } from '../../request-log-entry';
import type {
  LoggedRequest,
  RequestBufferLimits,
  RequestBufferStore,
  RequestLogQuery,
  RequestRecord,
} from '../../request-buffer.store';

/** Hashes and lists with the reference's keys (spec: outgoing-webhooks.md appendix B). */
export class RedisRequestBufferStore implements RequestBufferStore {
  constructor(
    private readonly redis: Redis,
    private readonly limits: RequestBufferLimits,
  ) {}

  async record({ health, log }: RequestRecord): Promise<void> {
    const pipeline = this.redis.pipeline();
    if (health !== undefined) {
      const key = `${health.subject}:${health.day}`;
      pipeline.hincrby(key, `${health.category}_count`, 1).pexpire(key, this.limits.healthTtlMs);
    }
    if (log !== undefined) {
      const text = JSON.stringify(log.entry);
      for (const list of isFailure(log.entry) ? (['request', 'error'] as const) : (['request'] as const)) {
        const key = logKey(list, log.appId, log.eventName);
        pipeline.lpush(key, text).ltrim(key, 0, this.limits.logSize - 1);
        pipeline.pexpire(key, this.limits.logTtlMs);
      }
    }
    throwFirst(await pipeline.exec());
  }

  async counts(subject: string, days: readonly string[]): Promise<readonly DayCounts[]> {
    const pipeline = this.redis.pipeline();
    for (const day of days) pipeline.hgetall(`${subject}:${day}`);
    return throwFirst(await pipeline.exec()).map((hash) => {
      const counts = hash as Record<string, string>;
      const of = (category: string): number => Number(counts[`${category}_count`] ?? 0);
      return { success: of('success'), error: of('error'), timeout: of('timeout'), fatal: of('fatal') };
    });
  }

  async clear(subject: string, days: readonly string[]): Promise<void> {
    const pipeline = this.redis.pipeline();
    for (const day of days) pipeline.del(`${subject}:${day}`);
    throwFirst(await pipeline.exec());
  }

  async requests({ appId, eventNames, isErrorsOnly }: RequestLogQuery): Promise<readonly LoggedRequest[]> {
    const pipeline = this.redis.pipeline();
    for (const eventName of eventNames) {
      pipeline.lrange(logKey(isErrorsOnly ? 'error' : 'request', appId, eventName), 0, this.limits.logSize - 1);
    }
    const lists = throwFirst(await pipeline.exec()) as string[][];
    const requests = lists.flatMap((texts, index) =>
      texts.map((text) => ({ ...(JSON.parse(text) as RequestLogEntry), eventName: eventNames[index] as string })),
    );
    return requests
      .sort((left, right) => (left.date < right.date ? 1 : left.date > right.date ? -1 : 0))
      .slice(0, this.limits.logSize);
  }
}

function logKey(list: 'request' | 'error', appId: string, eventName: string): string {
  return `sentry-app-webhook-${list}:{${appId}}:${eventName}`;
}

function throwFirst(results: readonly [Error | null, unknown][] | null): readonly unknown[] {
  for (const [error] of results ?? []) if (error !== null) throw error;
  return (results ?? []).map(([, value]) => value);
}
