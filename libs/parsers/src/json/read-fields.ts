import { isUtf8 } from 'node:buffer';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FieldNode } from './field-set';
import { JsonScanner } from './json-scanner';

/** Walked without a pause: about a millisecond. */
const STRETCH_BYTES = 512 * 1024;

/**
 * Reads the wanted fields of a JSON object; `undefined` when the bytes are not UTF-8, not JSON or not an object.
 *
 * Scalars have the values that `JSON.parse` gives them. An object holds only what is wanted of it, an array is left empty: they
 * say of what kind the field is. A long document is walked in stretches, so that other requests have their turn.
 */
export async function readFields(
  body: Buffer,
  wanted: FieldNode,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  if (!isUtf8(body)) return undefined;
  const scanner = new JsonScanner(body, wanted);
  for (let until = STRETCH_BYTES; ; until += STRETCH_BYTES) {
    const state = scanner.run(Math.min(until, body.length));
    if (state === 'done') return scanner.result;
    if (state === 'broken') return undefined;
    await nextTurn();
  }
}
