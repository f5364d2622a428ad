import { createServer, connect } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** What the network between two processes does. */
export type ProxyMode =
  | { readonly kind: 'pass' }
  /** Every connection is reset, old and new. */
  | { readonly kind: 'cut' }
  /** Connections come about, and nothing moves. */
  | { readonly kind: 'hang' }
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** Something in between answers, and the region never hears of it. */
  | { readonly kind: 'answer'; readonly status: number; readonly headers?: string };

const PASS: ProxyMode = { kind: 'pass' };

/** A network that can be made to fail: connections to it go on to a target. */
export class TcpProxy {
  private mode: ProxyMode = PASS;
  private target: { readonly host: string; readonly port: number } | undefined;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {
    server.on('connection', (socket) => this.accept(socket));
  }

  static async start(): Promise<TcpProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TcpProxy(server);
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  aimAt(address: string): void {
    const { hostname, port } = new URL(address);
    this.target = { host: hostname, port: Number(port) };
  }

  /** Changes what the network does, for connections that are there, too. */
  set(mode: ProxyMode): void {
    this.mode = mode;
    if (mode.kind !== 'pass') for (const socket of this.sockets) if (mode.kind !== 'slow') socket.destroy();
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(inbound: Socket): void {
    this.track(inbound);
    const { mode } = this;
    if (mode.kind === 'cut') return void inbound.resetAndDestroy();
    if (mode.kind === 'hang') return;
    if (mode.kind === 'answer') return answer(inbound, mode.status, mode.headers ?? '');
    if (this.target === undefined) return void inbound.destroy();
    const outbound = connect(this.target);
    this.track(outbound);
    this.carry(inbound, outbound);
    this.carry(outbound, inbound);
  }

  private carry(from: Socket, to: Socket): void {
    from.on('data', (chunk) => {
      if (this.mode.kind !== 'slow') return void to.write(chunk);
      from.pause();
      setTimeout(() => {
        to.write(chunk);
        from.resume();
      }, this.mode.delayMs);
    });
    from.on('close', () => {
      // What is still on its slow way arrives before the end does.
      if (this.mode.kind === 'slow') setTimeout(() => to.destroy(), 2 * this.mode.delayMs);
      else to.destroy();
    });
  }

  private track(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
  }
}

function answer(socket: Socket, status: number, headers: string): void {
  socket.once('data', () => {
    socket.end(`HTTP/1.1 ${status} Chaos\r\n${headers}Content-Length: 0\r\nConnection: close\r\n\r\n`);
  });
}
