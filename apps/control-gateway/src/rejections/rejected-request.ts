import type { Lookup } from '../edge/lookup-recorder';
import type { Decided, RawRequest } from '../edge/request-router';

/** What is known of a request that was turned away. */
export interface Rejection {
  readonly requestId: string;
  readonly raw: RawRequest;
  readonly provider: string;
  readonly view: string;
  readonly status: number;
  readonly reason: string;
  readonly because: string;
  /** Absent when no parser decided. */
  readonly decided?: Decided;
}

/** A row of the log, as operators read it. */
export interface RejectedRequest {
  readonly id: string;
  readonly requestId: string;
  readonly receivedAt: Date;
  readonly provider: string;
  readonly view: string;
  readonly method: string;
  readonly status: number;
  readonly reason: string;
  readonly because: string;
  readonly verification: string | null;
  readonly facts: readonly LookupFacts[];
  readonly senderAddress: string | null;
  readonly bodyBytes: number;
}

/** A lookup as far as it explains a decision: ids and counts, no names and no secrets. */
export interface LookupFacts {
  readonly lookup: 'integration' | 'organization';
  readonly provider: string;
  readonly id: string;
  readonly isFound: boolean;
  readonly integrationId?: string;
  readonly organizations?: number;
  readonly regions?: readonly string[];
}

/** Reduces a lookup to its facts. */
export function factsOf(lookup: Lookup): LookupFacts {
  const { provider, kind } = lookup;
  if (lookup.kind === 'organization') {
    const region = lookup.found?.region;
    return {
      lookup: kind,
      provider,
      id: lookup.organizationId,
      isFound: lookup.found !== undefined,
      ...(lookup.found && { regions: region === undefined ? [] : [region] }),
    };
  }
  const { found } = lookup;
  return {
    lookup: kind,
    provider,
    id: lookup.externalId,
    isFound: found !== undefined,
    ...(found && { integrationId: found.id, organizations: found.organizationIds.length, regions: found.regions }),
  };
}
