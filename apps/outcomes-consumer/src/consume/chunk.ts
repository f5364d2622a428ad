import type { StreamRecord } from '@switchyard/event-stream';
import type { ChunkEffect, DeadLetter, LedgerEntry } from '../ledger/ledger-entry';

/** A project whose record is of a metric of its own. */
export interface CustomProject {
  readonly orgId: number;
  readonly projectId: number;
}

/** What one record comes to. */
export type RecordReading =
  | { readonly kind: 'counted'; readonly entries: readonly LedgerEntry[]; readonly customProject?: CustomProject }
  | { readonly kind: 'ignored' | 'skipped'; readonly customProject?: CustomProject }
  | { readonly kind: 'dead'; readonly code: string; readonly detail: string };

/** What a chunk of records comes to. */
export interface ReadChunk {
  readonly effect: ChunkEffect;
  /** Per record whether it was faulty. */
  readonly faults: readonly boolean[];
  readonly counts: Readonly<Record<RecordReading['kind'], number>>;
  /** Each project once. */
  readonly customProjects: readonly CustomProject[];
}

/** Reads records one by one. */
export function readChunk(records: readonly StreamRecord[], read: (record: StreamRecord) => RecordReading): ReadChunk {
  const entries: LedgerEntry[] = [];
  const deadLetters: DeadLetter[] = [];
  const faults: boolean[] = [];
  const counts = { counted: 0, ignored: 0, skipped: 0, dead: 0 };
  const customProjects = new Map<string, CustomProject>();
  for (const record of records) {
    const reading = read(record);
    counts[reading.kind] += 1;
    faults.push(reading.kind === 'dead');
    if (reading.kind === 'dead') {
      deadLetters.push({ record, code: reading.code, detail: reading.detail });
      continue;
    }
    if (reading.kind === 'counted') entries.push(...reading.entries);
    const project = reading.customProject;
    if (project !== undefined) customProjects.set(`${project.orgId}:${project.projectId}`, project);
  }
  return { effect: { entries, deadLetters }, faults, counts, customProjects: [...customProjects.values()] };
}
