import type { StreamRecord } from '@switchyard/event-stream';

/** One outcome on its way into the ledger; numbers as on the wire, because unknown ones are stored too. */
export interface LedgerEntry {
  /** Counted once by this UUID. */
  readonly dedupeId: string;
  readonly occurredAtMs: number;
  readonly orgId: number;
  readonly projectId: number;
  readonly keyId: number | null;
  readonly outcome: number;
  readonly reason: string | null;
  readonly category: number;
  readonly quantity: number;
  readonly eventId: string | null;
  readonly recordOffset: bigint;
  /** Topic and body to publish; absent when it came from there. */
  readonly publish?: { readonly topic: string; readonly body: string };
}

/** A record that cannot be counted, and why. */
export interface DeadLetter {
  readonly record: StreamRecord;
  readonly code: string;
  readonly detail: string;
}

/** What a chunk of consecutive records of one partition comes to. */
export interface ChunkEffect {
  readonly entries: readonly LedgerEntry[];
  readonly deadLetters: readonly DeadLetter[];
}

/** Where a chunk comes from and how far it goes. */
export interface ChunkPlace {
  readonly source: string;
  readonly partition: number;
  readonly expectedOffset: bigint;
  readonly nextOffset: bigint;
}
