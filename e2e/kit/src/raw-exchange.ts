import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** What came back on the connection. */
export interface RawAnswer {
  /** Of the first response; `undefined` when none came. */
  readonly status: number | undefined;
  /** Header lines of the first response. */
  readonly head: string;
  /** Everything after the first response's head. */
  readonly body: string;
  /** All bytes. */
  readonly bytes: Buffer;
  /** How the exchange ended: by the server, by a reset, or because nothing more came in time. */
  readonly end: 'closed' | 'reset' | 'timeout';
}

/** How to send. */
export interface RawOptions {
  /** The exchange ends when the server is silent for so long; 1000 ms unless said otherwise. */
  readonly idleMs?: number;
  /** Pause between chunks, for slow senders. */
  readonly pauseMs?: number;
  /** Closes our writing side after the last chunk. */
  readonly halfClose?: boolean;
}

/** Sends bytes as they are to 127.0.0.1, malformed as they may be, and gives back what is answered. */
export function rawExchange(
  port: number,
  sent: string | Buffer | readonly (string | Buffer)[],
  { idleMs = 1_000, pauseMs = 0, halfClose = false }: RawOptions = {},
): Promise<RawAnswer> {
  const chunks = Array.isArray(sent) ? (sent as readonly (string | Buffer)[]) : [sent as string | Buffer];
  return new Promise((resolve, reject) => {
    const received: Buffer[] = [];
    const socket = connect(port, '127.0.0.1');
    const finish = (end: RawAnswer['end']): void => {
      socket.destroy();
      resolve(describe(Buffer.concat(received), end));
    };
    socket.setTimeout(idleMs, () => finish('timeout'));
    socket.on('data', (chunk) => received.push(chunk));
    socket.once('end', () => finish('closed'));
    socket.once('close', () => finish('closed'));
    socket.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNREFUSED' ? reject(error) : finish('reset'),
    );
    socket.once('connect', () => void write());

    async function write(): Promise<void> {
      for (const [index, chunk] of chunks.entries()) {
        if (index > 0 && pauseMs > 0) await delay(pauseMs);
        if (!socket.writable) return;
        socket.write(chunk);
      }
      if (halfClose) socket.end();
    }
  });
}

function describe(bytes: Buffer, end: RawAnswer['end']): RawAnswer {
  const text = bytes.toString('latin1');
  const split = text.indexOf('\r\n\r\n');
  const head = split === -1 ? text : text.slice(0, split);
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
  return {
    status: status === undefined ? undefined : Number(status),
    head,
    body: split === -1 ? '' : text.slice(split + 4),
    bytes,
    end,
  };
}
