import type { Clock } from '@switchyard/primitives';
import type { Logger } from '@switchyard/telemetry';
import { ChangeListener } from './change-listener';
import { directoryInvalidations, directoryLookups } from './directory.metrics';
import type { FoundInstallations, FoundIntegration } from './integration.lookup';

/** The spec's limit of an external id; a longer one cannot be there. */
const EXTERNAL_ID_MAX = 64;

type Answer = FoundIntegration | FoundInstallations | undefined;

/** What {@link DirectoryCache} is made of. */
export interface DirectoryCacheOptions {
  readonly lookup: {
    find(provider: string, externalId: string): Promise<FoundIntegration | undefined>;
    findById(provider: string, id: string): Promise<FoundIntegration | undefined>;
    findOrganization(provider: string, organizationId: string): Promise<FoundInstallations | undefined>;
  };
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
  private readonly entries = new Map<string, Answer>();
  private readonly underWay = new Map<string, Promise<Answer>>();
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
    const ask = (): Promise<Answer> => this.options.lookup.find(provider, externalId);
    return this.answer(`${provider}\0${externalId}`, ask) as Promise<FoundIntegration | undefined>;
  }

  /** By our own id; `undefined` when there is none that is active, or it is of another provider. */
  findIntegrationById(provider: string, id: string): Promise<FoundIntegration | undefined> {
    if (id.length > EXTERNAL_ID_MAX) return Promise.resolve(undefined);
    const ask = (): Promise<Answer> => this.options.lookup.findById(provider, id);
    return this.answer(`${provider}\0id\0${id}`, ask) as Promise<FoundIntegration | undefined>;
  }

  /** By organization id; `undefined` when it is not actively mapped. */
  findOrganization(provider: string, organizationId: string): Promise<FoundInstallations | undefined> {
    const ask = (): Promise<Answer> => this.options.lookup.findOrganization(provider, organizationId);
    if (organizationId.length > EXTERNAL_ID_MAX) return Promise.resolve(undefined);
    // No external id has a NUL, so the keys of different questions differ.
    return this.answer(`${provider}\0organization\0${organizationId}`, ask) as Promise<FoundInstallations | undefined>;
  }

  private answer(key: string, ask: () => Promise<Answer>): Promise<Answer> {
    if (!this.listener.isCurrent) {
      directoryLookups.of('bypassed').inc();
      return ask();
    }
    const remembered = this.entries.get(key);
    if (remembered !== undefined || this.entries.has(key)) {
      directoryLookups.of('hit').inc();
      this.entries.delete(key);
      this.entries.set(key, remembered);
      return Promise.resolve(remembered);
    }
    directoryLookups.of('miss').inc();
    return this.underWay.get(key) ?? this.lookUp(key, ask);
  }

  private lookUp(key: string, ask: () => Promise<Answer>): Promise<Answer> {
    const { generation } = this;
    const question = ask()
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

  private remember(key: string, found: Answer): void {
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
