import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

/** Endpoints whose connections are kept; the one not used for longest goes. */
const ENDPOINTS_MAX = 1_000;
/** One host may serve many apps. */
const IDLE_PER_ENDPOINT_MAX = 256;

/**
 * Connections that are kept for a moment, by endpoint and the address that was checked: one is used again only by a request whose
 * own lookup led to the very same address, so a name that changes its mind gains nothing.
 */
export class GuardedAgents {
  private readonly agents = new Map<string, HttpAgent>();

  /** @param idleMs how long a connection may wait for its next request; well below what servers allow, who would close it under our hands */
  constructor(private readonly idleMs: number) {}

  of(url: URL, address: string): HttpAgent {
    const key = `${url.protocol}//${url.host}|${address}`;
    let agent = this.agents.get(key);
    if (agent === undefined) agent = this.open(url.protocol === 'https:');
    // The map keeps the order of insertion: the first one was not used for longest.
    this.agents.delete(key);
    this.agents.set(key, agent);
    return agent;
  }

  /** Ends every connection. */
  close(): void {
    for (const agent of this.agents.values()) agent.destroy();
    this.agents.clear();
  }

  private open(isTls: boolean): HttpAgent {
    const [oldest] = this.agents.keys();
    if (oldest !== undefined && this.agents.size >= ENDPOINTS_MAX) {
      this.agents.get(oldest)?.destroy();
      this.agents.delete(oldest);
    }
    const options = { keepAlive: true, maxFreeSockets: IDLE_PER_ENDPOINT_MAX, timeout: this.idleMs };
    return isTls ? new HttpsAgent(options) : new HttpAgent(options);
  }
}
