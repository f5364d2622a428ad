import type { DayCounts } from './health-rule';
import type { RequestCategory } from './health-subject';
import type { RequestLogEntry } from './request-log-entry';

/** DI token of the {@link RequestBufferStore}. */
export const REQUEST_BUFFER_STORE = Symbol('REQUEST_BUFFER_STORE');

/** Everything that one finished request leaves behind. */
export interface RequestRecord {
  readonly health?: { readonly subject: string; readonly day: string; readonly category: RequestCategory };
  readonly log?: { readonly appId: string; readonly eventName: string; readonly entry: RequestLogEntry };
}

/** Where the log of one app and event is. */
export interface RequestLogQuery {
  readonly appId: string;
  readonly eventNames: readonly string[];
  readonly isErrorsOnly: boolean;
}

/** An entry with the event that its list is of. */
export interface LoggedRequest extends RequestLogEntry {
  readonly eventName: string;
}

/** Limits of what is kept. */
export interface RequestBufferLimits {
  /** Entries per app and event, for all requests and for failures each. */
  readonly logSize: number;
  readonly logTtlMs: number;
  /** After the last increment of a day. */
  readonly healthTtlMs: number;
}

/** The reference's limits (spec: outgoing-webhooks.md §2.8.1, §3.1). */
export const REQUEST_BUFFER_LIMITS: RequestBufferLimits = {
  logSize: 100,
  logTtlMs: 2_592_000_000,
  healthTtlMs: 691_200_000,
};

/**
 * Counts and last requests. Deliberately not here: judging, redacting, knowing what day it is.
 */
export interface RequestBufferStore {
  /** Writes it all in one round trip. */
  record(record: RequestRecord): Promise<void>;
  /** Counts in the order of `days` (`YYYY-MM-DD`); zeros where nothing was counted. */
  counts(subject: string, days: readonly string[]): Promise<readonly DayCounts[]>;
  clear(subject: string, days: readonly string[]): Promise<void>;
  /** Newest first by date, of all given events together, at most `logSize`. */
  requests(query: RequestLogQuery): Promise<readonly LoggedRequest[]>;
}
