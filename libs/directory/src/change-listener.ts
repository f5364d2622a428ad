/*
 * Hears of changes to the directory.
 *
 * A dedicated connection LISTENs to what the tables' triggers announce. A silent connection may be a dead one, so the listener
 * asks it something twice a second: PostgreSQL sends notifications before the answer, on the same connection, and so an
 * answer proves that every change committed before the question has been heard. `isCurrent` says whether that proof is
 * younger than a second; while it is not, nothing remembered may be used.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import type { Clock } from '@switchyard/primitives';
import type { Logger } from '@switchyard/telemetry';

const CHANNEL = 'switchyard_directory';
const PROBE_EVERY_MS = 400;
/** No remembered answer is older than this after a change. */
const CURRENT_FOR_MS = 1_000;
const RECONNECT_AFTER_MS = 250;

/** What {@link ChangeListener} is made of. */
export interface ChangeListenerOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called on every change, and whenever changes may have been missed. */
  readonly onChange: (cause: 'change' | 'reconnect') => void;
}

export class ChangeListener {
  private provenAt = -Infinity;
  private readonly stopping = new AbortController();
  private client: Client | undefined;
  private loop: Promise<void> | undefined;

  constructor(private readonly options: ChangeListenerOptions) {}

  /** Whether every change up to a second ago has been heard. */
  get isCurrent(): boolean {
    return this.options.clock.monotonic() - this.provenAt < CURRENT_FOR_MS;
  }

  /** Starts listening; does not wait for the connection. */
  start(): void {
    this.loop ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.client?.end().catch(() => undefined);
    await this.loop;
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        await this.listen();
      } catch (error) {
        if (!this.stopping.signal.aborted) this.options.logger.warn({ error }, 'directory_listener.lost');
      }
      this.provenAt = -Infinity;
      await delay(RECONNECT_AFTER_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
  }

  /** Listens until the connection breaks. */
  private async listen(): Promise<void> {
    const client = new Client({
      connectionString: this.options.url,
      application_name: 'directory-listener',
      connectionTimeoutMillis: 2_000,
      query_timeout: CURRENT_FOR_MS,
    });
    this.client = client;
    client.on('error', () => undefined);
    client.on('notification', () => this.options.onChange('change'));
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
      // What was committed before LISTEN was not announced to us: forget everything before trusting anything.
      this.options.onChange('reconnect');
      for (;;) {
        const askedAt = this.options.clock.monotonic();
        await client.query('SELECT 1');
        this.provenAt = askedAt;
        await delay(PROBE_EVERY_MS, undefined, { signal: this.stopping.signal });
      }
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
