import { categoryId } from './data-category';
import type { DataCategory } from './data-category';
import { isBilled, OUTCOME_IDS } from './outcome';
import type { Outcome } from './outcome';

/** An outcome that has been checked. */
export interface TrackedOutcome {
  /** Receivers count it once by this UUID. */
  readonly outcomeId: string;
  readonly orgId: number;
  readonly projectId: number;
  readonly keyId: number | null;
  readonly outcome: Outcome;
  readonly reason: string | null;
  readonly timestampMs: number;
  readonly eventId: string | null;
  readonly category: DataCategory | null;
  readonly quantity: number;
}

/** Logical topics of outcomes. */
export const OUTCOMES_TOPIC = 'outcomes';
export const BILLING_OUTCOMES_TOPIC = 'outcomes-billing';

/** Where an outcome goes: what is billed has a topic of its own. */
export function topicOf(outcome: Outcome): string {
  return isBilled(outcome) ? BILLING_OUTCOMES_TOPIC : OUTCOMES_TOPIC;
}

/** UTC with six fractional digits, whatever the clock's resolution is. */
export function formatTimestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.(\d{3})Z$/, '.$1000Z');
}

/** The message's body: compact JSON with nine keys, always all of them and in this order (spec: outcomes.md §4.4). */
export function outcomeBody(tracked: TrackedOutcome): string {
  return JSON.stringify({
    timestamp: formatTimestamp(tracked.timestampMs),
    org_id: tracked.orgId,
    project_id: tracked.projectId,
    key_id: tracked.keyId,
    outcome: OUTCOME_IDS[tracked.outcome],
    reason: tracked.reason,
    event_id: tracked.eventId,
    category: tracked.category === null ? null : categoryId(tracked.category),
    quantity: tracked.quantity,
  });
}
