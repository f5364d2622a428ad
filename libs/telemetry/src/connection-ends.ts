import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Node.js keeps the answer that is under way here; it has no public name, and following each request would cost each request. */
type HttpSocket = Socket & { readonly _httpMessage?: ServerResponse | null };

/** Makes the connections of a server end with an answer and not in between, where a client could be sending the next request. */
export class ConnectionEnds {
  private readonly sockets = new Set<HttpSocket>();

  /** To be made before the server listens. */
  constructor(private readonly server: Server) {
    server.on('connection', (socket: HttpSocket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  /** From now on every answer says `Connection: close`: who keeps connections opens the next one to somebody else. */
  endWithAnswers(): void {
    this.server.prependListener('request', (_request, response) => {
      response.shouldKeepAlive = false;
    });
    for (const { _httpMessage: response } of this.sockets) {
      if (response != null && !response.headersSent) response.shouldKeepAlive = false;
    }
  }
}
