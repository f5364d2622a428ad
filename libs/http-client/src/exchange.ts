import type { Dispatcher } from 'undici';
import { WheelEntry } from './deadline-wheel';
import { failureOf } from './failure-of';
import type { HttpFailureReason, HttpRequest, HttpResult } from './http-exchange';

const NO_BODY = Buffer.alloc(0);

/** Thrown back at the client for an exchange that ended before a connection was free; costs no connection. */
const ABANDONED = new Error('the exchange ended before it was sent');

/**
 * One exchange, as undici drives it.
 *
 * It uses the handler interface with raw header buffers: the newer one builds an object of every response's headers.
 */
export class Exchange extends WheelEntry implements Dispatcher.DispatchHandler {
  private abort: ((reason?: Error) => void) | undefined;
  private status = 0;
  private headers: string[] = [];
  private firstChunk: Buffer | undefined;
  private chunks: Buffer[] | undefined;
  private bodyBytes = 0;
  private isSettled = false;

  constructor(
    private readonly request: HttpRequest,
    private readonly onSettled: (exchange: Exchange, result: HttpResult) => void,
  ) {
    super();
  }

  /** The request goes to a socket now. */
  onConnect(abort: (reason?: Error) => void): void {
    if (this.isSettled) throw ABANDONED;
    this.abort = abort;
  }

  onHeaders(status: number, rawHeaders: readonly Buffer[]): boolean {
    if (status >= 200) {
      this.status = status;
      this.headers = decodeHeaders(rawHeaders, this.request.keepsResponseHeader);
    }
    return true;
  }

  onData(chunk: Buffer): boolean {
    this.bodyBytes += chunk.length;
    if (this.bodyBytes > this.request.maxResponseBytes) this.give('too_large', 'maxResponseBytes passed');
    else if (this.firstChunk === undefined) this.firstChunk = chunk;
    else (this.chunks ??= [this.firstChunk]).push(chunk);
    return true;
  }

  onComplete(): void {
    const body = this.chunks === undefined ? (this.firstChunk ?? NO_BODY) : Buffer.concat(this.chunks, this.bodyBytes);
    this.settle({ kind: 'response', status: this.status, headers: this.headers, body });
  }

  onError(error: Error): void {
    this.settle(failureOf(error, this.abort !== undefined));
  }

  override expire(): void {
    if (this.abort === undefined) this.give('timeout', 'before the request was sent');
    else this.give('timeout', this.status === 0 ? 'waiting for the response' : 'reading the response');
  }

  /** Ends the exchange from our side; a connection in use is closed, because its response is of no use any more. */
  private give(failure: HttpFailureReason, detail: string): void {
    const { abort } = this;
    this.settle({ kind: 'failure', failure, detail });
    abort?.();
  }

  private settle(result: HttpResult): void {
    if (this.isSettled) return;
    this.isSettled = true;
    this.firstChunk = undefined;
    this.chunks = undefined;
    this.onSettled(this, result);
  }
}

function decodeHeaders(raw: readonly Buffer[], keeps: ((name: string) => boolean) | undefined): string[] {
  const headers: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] as Buffer).toString('latin1');
    if (keeps === undefined || keeps(name)) headers.push(name, (raw[index + 1] as Buffer).toString('latin1'));
  }
  return headers;
}
