import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '@switchyard/primitives';
import { waitFor } from './wait-for';

/** A request as it came. */
export interface SinkRequest {
  readonly method: string;
  /** Path and query, untouched. */
  readonly url: string;
  /** Names and values in turn, as received. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  /** The value of a header, by its lower-case name. */
  header(name: string): string | undefined;
}

/** How to answer: after a delay, or never, or by cutting the connection. */
export type SinkAnswer =
  | {
      readonly kind?: 'response';
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | Buffer;
      readonly delayMs?: number;
    }
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset' };

/** A server that notes what it gets. */
export interface Sink {
  readonly origin: string;
  readonly port: number;
  readonly requests: readonly SinkRequest[];
  /** Answers the next requests, one each; the last answer of all stays. Empty 200 until told otherwise. */
  script(...answers: readonly SinkAnswer[]): void;
  /** Answers by the request. */
  answerWith(choose: (request: SinkRequest) => SinkAnswer): void;
  /** Resolves when at least `count` requests have come. */
  received(count: number, timeoutMs?: number): Promise<readonly SinkRequest[]>;
  /** Forgets the requests. */
  clear(): void;
  close(): Promise<void>;
}

/** Starts a sink on 127.0.0.1, on a free port unless one is given. */
export async function startSink(port = 0): Promise<Sink> {
  const requests: SinkRequest[] = [];
  let choose: (request: SinkRequest) => SinkAnswer = () => ({ status: 200 });
  const server = createServer((request, response) => {
    receive(request).then(
      (received) => {
        requests.push(received);
        answer(choose(received), request, response);
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: actual } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${actual}`,
    port: actual,
    requests,
    script(...answers) {
      const queue = [...answers];
      choose = () => (queue.length > 1 ? queue.shift() : queue[0]) ?? {};
    },
    answerWith(chooser) {
      choose = chooser;
    },
    received: (count, timeoutMs) =>
      waitFor(() => requests.length >= count && requests, {
        description: `${count} requests at the sink on port ${actual}`,
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      }),
    clear() {
      requests.length = 0;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function receive(request: IncomingMessage): Promise<SinkRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method = '', url = '', rawHeaders, headers } = request;
  return {
    method,
    url,
    rawHeaders,
    body: Buffer.concat(chunks),
    receivedAt: systemClock.now(),
    header: (name) => [headers[name]].flat().join(', ') || undefined,
  };
}

function answer(how: SinkAnswer, request: IncomingMessage, response: ServerResponse): void {
  if (how.kind === 'hang') return;
  if (how.kind === 'reset') {
    request.socket.resetAndDestroy();
    return;
  }
  const { status = 200, headers = {}, body = '', delayMs = 0 } = how;
  const reply = (): void => void response.writeHead(status, headers).end(body);
  if (delayMs === 0) reply();
  else setTimeout(reply, delayMs).unref();
}
