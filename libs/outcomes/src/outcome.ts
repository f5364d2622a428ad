import { SwitchyardError } from '@switchyard/primitives';

/** The final fate of a unit of customer data, with its number on the wire. */
export const OUTCOME_IDS = {
  accepted: 0,
  filtered: 1,
  rate_limited: 2,
  invalid: 3,
  abuse: 4,
  client_discard: 5,
  cardinality_limited: 6,
} as const;

/** An outcome's name, as APIs show it. */
export type Outcome = keyof typeof OUTCOME_IDS;

/** Every outcome, by number. */
export const OUTCOMES = Object.keys(OUTCOME_IDS) as readonly Outcome[];

const BILLED: ReadonlySet<Outcome> = new Set<Outcome>(['accepted', 'rate_limited']);

/** Whether the value is an outcome's name; a bare number is not. */
export function isOutcome(value: unknown): value is Outcome {
  return typeof value === 'string' && Object.hasOwn(OUTCOME_IDS, value);
}

/** Whether it goes to the billing topic. */
export function isBilled(outcome: Outcome): boolean {
  return BILLED.has(outcome);
}

/** The name of a number; unknown numbers are stored and have none. */
export function outcomeOfId(id: number): Outcome | undefined {
  return OUTCOMES[id];
}

/**
 * Reads a name in any case.
 *
 * @throws SwitchyardError `SWY_OUTCOME_UNKNOWN`
 */
export function parseOutcome(text: string): Outcome {
  const name = text.toLowerCase();
  if (isOutcome(name)) return name;
  throw new SwitchyardError(`Invalid outcome: "${text.slice(0, 50)}"`, {
    code: 'SWY_OUTCOME_UNKNOWN',
    remedy: `Use one of ${OUTCOMES.join(', ')}.`,
  });
}
