import { Server } from '@nestjs/microservices';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import { firstValueFrom, isObservable } from 'rxjs';
import type { BatchHandler, BatchResult, EventStream, RunningConsumer } from './event-stream';

/** What {@link EventStreamTransport} needs. */
export interface EventStreamTransportOptions {
  readonly stream: EventStream;
  readonly group: string;
  readonly concurrency: number;
  readonly onFailure: (reason: string) => void;
}

/**
 * A Nest transport that hands whole batches to the `@EventPattern(topic)` of a controller, and moves by what that returns.
 *
 * Nest's own Kafka transport parses every value with `JSON.parse`, which loses ids above 2^53, and knows single messages only.
 */
export class EventStreamTransport extends Server implements CustomTransportStrategy {
  private consumer: RunningConsumer | undefined;

  constructor(private readonly options: EventStreamTransportOptions) {
    super();
  }

  /** Whether batches come. */
  isJoined(): boolean {
    return this.consumer?.isJoined() ?? false;
  }

  listen(callback: (error?: unknown) => void): void {
    const { stream, ...rest } = this.options;
    const topics = [...this.messageHandlers.keys()];
    stream.consume({ ...rest, topics, handler: this.handle }).then((consumer) => {
      this.consumer = consumer;
      callback();
    }, callback);
  }

  async close(): Promise<void> {
    await this.consumer?.stop();
  }

  on(): void {
    throw new Error('this transport has no events: give it onFailure');
  }

  unwrap<Client>(): Client {
    return this.options.stream as Client;
  }

  private readonly handle: BatchHandler = async (batch) => {
    const handler = this.getHandlerByPattern(batch.topic);
    if (handler === null) return { kind: 'fail', reason: `nobody handles ${batch.topic}` };
    // A handler of a controller comes wrapped: a promise of an observable of what the method returned.
    const answer: unknown = await handler(batch);
    return (isObservable(answer) ? await firstValueFrom(answer) : answer) as BatchResult;
  };
}
