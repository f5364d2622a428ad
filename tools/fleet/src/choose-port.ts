import { freePort, isPortFree } from '@switchyard/services';

/** Ports tried upwards from the preferred one before any free port will do. */
const NEIGHBOURS = 20;

/** Hands out ports of 127.0.0.1, each once: the preferred one, else one near it, else any. */
export class PortChooser {
  private readonly taken = new Set<number>();

  /** @param preferred 0 for any free port */
  async choose(preferred: number): Promise<number> {
    if (preferred > 0) {
      for (let port = preferred; port < preferred + NEIGHBOURS; port++) {
        if (!this.taken.has(port) && (await isPortFree(port))) return this.take(port);
      }
    }
    for (;;) {
      const port = await freePort();
      if (!this.taken.has(port)) return this.take(port);
    }
  }

  private take(port: number): number {
    this.taken.add(port);
    return port;
  }
}
