import type { JsonObject } from '@switchyard/parsers';
import type { z } from 'zod';
import type { Origin } from '../code-hosts/code-host';
import type { ApplyChanges } from './contract';
import { describeProblem } from './payload-fields';

/** What one kind of event makes of its payload. */
export type EventReading =
  | { readonly kind: 'changes'; readonly apply: ApplyChanges }
  | { readonly kind: 'nothing'; readonly because: string }
  | { readonly kind: 'invalid'; readonly because: string };

/** Reads one kind of event; pure. */
export type ProviderEvent = (payload: JsonObject, origin: Origin) => EventReading;

/** Checks a payload by its schema and hands the typed facts on. */
export function defineEvent<Facts>(
  schema: z.ZodType<Facts>,
  read: (facts: Facts, origin: Origin) => EventReading,
): ProviderEvent {
  return (payload, origin) => {
    const parsed = schema.safeParse(payload);
    return parsed.success ? read(parsed.data, origin) : { kind: 'invalid', because: describeProblem(parsed.error) };
  };
}
