import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A server on a free local port, for specs. */
export interface TestServer {
  /** `http://127.0.0.1:port` */
  readonly origin: string;
  /** Connections accepted so far. */
  readonly connectionCount: () => number;
  /** Ends every connection and stops listening. */
  readonly close: () => Promise<void>;
}

/** Starts an HTTP server that answers with `listener`. */
export function startHttpServer(listener: RequestListener): Promise<TestServer> {
  return listen(createServer(listener));
}

/** Starts a server that speaks whatever `onConnection` makes it speak. */
export function startTcpServer(onConnection: (socket: Socket) => void): Promise<TestServer> {
  return listen(createTcpServer((socket) => onConnection(socket.on('error', () => undefined))));
}

async function listen(server: Server): Promise<TestServer> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  server.on('connection', (socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    connectionCount: () => accepted,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
