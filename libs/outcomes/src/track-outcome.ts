import { randomUUID } from 'node:crypto';
import { SwitchyardError } from '@switchyard/primitives';
import { isDataCategory } from './data-category';
import type { DataCategory } from './data-category';
import { isOutcome } from './outcome';
import type { Outcome } from './outcome';
import { topicOf } from './outcome-message';
import type { TrackedOutcome } from './outcome-message';
import {
  droppedEventIdsTotal,
  lateOutcomesTotal,
  outcomeQuantityTotal,
  outcomesTotal,
  zeroQuantityTotal,
} from './outcomes.metrics';
import { REASON_LENGTH_MAX } from './reasons';

/** What is to be counted; call once per unit, where its fate is known. */
export interface OutcomeInput {
  readonly orgId: number;
  readonly projectId: number;
  readonly keyId: number | null;
  readonly outcome: Outcome;
  readonly reason?: string | null;
  /** Now by default. */
  readonly timestamp?: Date | null;
  /** UUID with or without dashes; anything else is left out. */
  readonly eventId?: string | null;
  readonly category?: DataCategory | null;
  /** One by default. */
  readonly quantity?: number | null;
  /** UUID by which receivers count it once; random by default, so make one before the first attempt if you retry. */
  readonly outcomeId?: string;
}

/** What became of it. */
export type TrackResult =
  { readonly kind: 'tracked'; readonly tracked: TrackedOutcome; readonly topic: string } | { readonly kind: 'nothing' };

const LATE_MS = 86_400_000;
const UUID = /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;

/**
 * Checks an outcome and counts it in the metrics; publishing it is the caller's, or that of {@link OutcomePublisher}.
 *
 * @throws SwitchyardError `SWY_OUTCOME_INVALID`; then nothing was counted
 */
export function trackOutcome(input: OutcomeInput, nowMs: number): TrackResult {
  const result = checkOutcome(input, nowMs);
  if (result.kind === 'nothing') zeroQuantityTotal.inc();
  else countTracked(result.tracked, result.topic, nowMs);
  return result;
}

/**
 * The same without counting, for whoever may have to try again.
 *
 * @throws SwitchyardError `SWY_OUTCOME_INVALID`
 */
export function checkOutcome(input: OutcomeInput, nowMs: number): TrackResult {
  check(input);
  const { timestamp, reason, eventId, category = null, quantity } = input;
  const tracked: TrackedOutcome = {
    outcomeId: input.outcomeId ?? randomUUID(),
    orgId: input.orgId,
    projectId: input.projectId,
    keyId: input.keyId,
    outcome: input.outcome,
    reason: reason?.slice(0, REASON_LENGTH_MAX) ?? null,
    timestampMs: timestamp?.getTime() ?? nowMs,
    eventId: readEventId(eventId ?? null),
    category,
    quantity: quantity ?? 1,
  };
  return tracked.quantity === 0 ? { kind: 'nothing' } : { kind: 'tracked', tracked, topic: topicOf(tracked.outcome) };
}

/** Counts an outcome in the metrics. */
export function countTracked(tracked: TrackedOutcome, topic: string, nowMs: number): void {
  const labels = { outcome: tracked.outcome, category: tracked.category ?? 'null', topic };
  outcomesTotal.inc(labels);
  outcomeQuantityTotal.inc(labels, tracked.quantity);
  if (nowMs - tracked.timestampMs > LATE_MS) lateOutcomesTotal.inc(labels);
}

function check(input: OutcomeInput): void {
  requireThat(isCount(input.orgId), 'orgId');
  requireThat(isCount(input.projectId), 'projectId');
  requireThat(input.keyId === null || isCount(input.keyId), 'keyId');
  requireThat(isOutcome(input.outcome), 'outcome');
  requireThat(input.category == null || isDataCategory(input.category), 'category');
  requireThat(input.quantity == null || isCount(input.quantity), 'quantity');
  requireThat(input.reason == null || typeof input.reason === 'string', 'reason');
  requireThat(input.outcomeId === undefined || UUID.test(input.outcomeId), 'outcomeId');
  requireThat(input.timestamp == null || isInstant(input.timestamp), 'timestamp');
}

/** A whole number that a double, and PostgreSQL's bigint, can hold; `true` is none. */
const isCount = (value: unknown): boolean => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

const isInstant = (value: unknown): boolean => value instanceof Date && !Number.isNaN(value.getTime());

function requireThat(isValid: boolean, field: string): void {
  if (isValid) return;
  throw new SwitchyardError(`An outcome's ${field} is not valid`, {
    code: 'SWY_OUTCOME_INVALID',
    remedy: 'Ids and quantities are whole numbers from 0 to 2^53-1; outcome and category are names.',
    details: { field },
  });
}

function readEventId(eventId: string | null): string | null {
  if (eventId === null || UUID.test(eventId)) return eventId;
  droppedEventIdsTotal.inc();
  return null;
}
