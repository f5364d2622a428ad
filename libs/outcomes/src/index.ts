export {
  categoryId,
  categoryOfId,
  DATA_CATEGORIES,
  ERROR_CATEGORY_IDS,
  isDataCategory,
  parseDataCategory,
  unitOf,
} from './data-category';
export type { DataCategory } from './data-category';
export { outcomesLibMigrations } from './migrations';
export { nameUuid } from './name-uuid';
export { isBilled, isOutcome, OUTCOME_IDS, outcomeOfId, OUTCOMES, parseOutcome } from './outcome';
export type { Outcome } from './outcome';
export { BILLING_OUTCOMES_TOPIC, formatTimestamp, outcomeBody, OUTCOMES_TOPIC, topicOf } from './outcome-message';
export type { TrackedOutcome } from './outcome-message';
export { isClientDiscardReason, REASON_LENGTH_MAX, shownReason, storedReason } from './reasons';
export { OutcomePublisher } from './outcome-publisher';
export type { OutcomeSource } from './outcome-publisher';
export { OutcomesModule } from './outcomes.module';
export { outcomePublishingSettings } from './outcomes.settings';
export type { OutcomePublishingSettings } from './outcomes.settings';
export { trackOutcome } from './track-outcome';
export type { OutcomeInput, TrackResult } from './track-outcome';
