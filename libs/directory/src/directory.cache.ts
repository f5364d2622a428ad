import type { Clock } from '@switchyard/primitives';
import type { Logger } from '@switchyard/telemetry';
import { ChangeListener } from './change-listener';
import { directoryInvalidations, directoryLookups } from './directory.metrics';
import type { FoundIntegration } from './integration.lookup';

/** The spec's limit of an external id; a longer one cannot be there. */
const EXTERNAL_ID_MAX = 64;

/** What {@link DirectoryCache} is made of. */
export interface DirectoryCacheOptions {
  readonly lookup: { find(provider: string, externalId: string): Promise<FoundIntegration | undefined> };
  /** Where changes are announced. */
  readonly databaseUrl: string;
  readonly entriesMax: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * The directory as the hot path reads it.
 *
 * Remembers answers, also that there is none, up to `entriesMax` of them, and forgets all at every change. An answer is
 * remembered only if nothing changed while it was looked up, and used only while the listener is current; otherwise each
 * lookup asks the database. Requests for one key that come at once share one question.
 */
export class DirectoryCache {
  private readonly entries = new Map<string, FoundIntegration | undefined>();
  private readonly underWay = new Map<string, Promise<FoundIntegration | undefined>>();
  private generation = 0;
  private readonly listener: ChangeListener;

  constructor(private readonly options: DirectoryCacheOptions) {
    const { databaseUrl: url, clock, logger } = options;
    this.listener = new ChangeListener({ url, clock, logger, onChange: (cause) => this.forget(cause) });
  }

  /** Whether answers come from memory now. */
  get isCurrent(): boolean {
    return this.listener.isCurrent;
  }

  onApplicationBootstrap(): void {
    this.listener.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.listener.stop();
  }

  /** By exact provider and external id; `undefined` when there is none that is active. */
  findIntegration(provider: string, externalId: string): Promise<FoundIntegration | undefined> {
    if (externalId.length > EXTERNAL_ID_MAX || externalId.includes('\0')) return Promise.resolve(undefined);
    if (!this.listener.isCurrent) {
      directoryLookups.of('bypassed').inc();
      return this.options.lookup.find(provider, externalId);
    }
    const key = `${provider}\0${externalId}`;
    const remembered = this.entries.get(key);
    if (remembered !== undefined || this.entries.has(key)) {
      directoryLookups.of('hit').inc();
      this.entries.delete(key);
      this.entries.set(key, remembered);
      return Promise.resolve(remembered);
    }
    directoryLookups.of('miss').inc();
    return this.underWay.get(key) ?? this.lookUp(key, provider, externalId);
  }

  private lookUp(key: string, provider: string, externalId: string): Promise<FoundIntegration | undefined> {
    const { generation } = this;
    const question = this.options.lookup
      .find(provider, externalId)
      .then((found) => {
        if (generation === this.generation) this.remember(key, found);
        return found;
      })
      .finally(() => {
        if (this.underWay.get(key) === question) this.underWay.delete(key);
      });
    this.underWay.set(key, question);
    return question;
  }

  private remember(key: string, found: FoundIntegration | undefined): void {
    if (this.entries.size >= this.options.entriesMax) {
      const oldest = this.entries.keys().next();
      if (oldest.done !== true) this.entries.delete(oldest.value);
    }
    this.entries.set(key, found);
  }

  private forget(cause: 'change' | 'reconnect'): void {
    this.generation += 1;
    this.entries.clear();
    this.underWay.clear();
    directoryInvalidations.inc({ cause });
  }
}
