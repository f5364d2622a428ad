import type { IncomingMessage, ServerResponse } from 'node:http';
import type { StandInCore } from '@switchyard/slack/testing';

const WATCHERS_MAX = 50;
/** Changes that come together are told once. */
const PAUSE_MS = 40;
const HEARTBEAT_MS = 15_000;

/** Tells pages that something has changed, by server-sent events; what it is they ask for themselves. */
export class ChangeStream {
  private watchers = 0;

  constructor(private readonly core: StandInCore) {}

  watch(request: IncomingMessage, response: ServerResponse): void {
    if (this.watchers >= WATCHERS_MAX) return void response.writeHead(503, { 'retry-after': '10' }).end();
    this.watchers += 1;
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write('data: hello\n\n');
    let timer: NodeJS.Timeout | undefined;
    const unsubscribe = this.core.state.world.onChange(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        response.write('data: changed\n\n');
      }, PAUSE_MS);
    });
    const heartbeat = setInterval(() => response.write(': still here\n\n'), HEARTBEAT_MS);
    heartbeat.unref();
    request.once('close', () => {
      this.watchers -= 1;
      unsubscribe();
      clearTimeout(timer);
      clearInterval(heartbeat);
    });
  }
}
