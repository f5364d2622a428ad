import { SwitchyardError } from '@switchyard/primitives';

/** A message that may not be written: its category is of another scope, or a part of its key is missing. */
export class InvalidOutboxError extends SwitchyardError {
  constructor(what: string, details: Readonly<Record<string, unknown>> = {}) {
    super(what, {
      code: 'SWY_TRANSACTIONAL_OUTBOX_INVALID',
      remedy: 'Use a category of OUTBOX_CATEGORIES with its own scope, whole-number identifiers and a small payload.',
      details,
    });
  }
}
