import { isJsonObject } from './inbound-request';

/** Longest external id that the directory holds (gateway.md §0.5). */
const EXTERNAL_ID_MAX = 64;
const DELIVERY_ID = /^[\x21-\x7e]{1,64}$/;

/** A positive whole number as text; `undefined` for anything else, also for what JavaScript cannot hold exactly. */
export function wholeNumber(value: unknown): string | undefined {
  return Number.isSafeInteger(value) && (value as number) > 0 ? String(value) : undefined;
}

/** The `id` of a nested object, as {@link wholeNumber}. */
export const idOf = (value: unknown): string | undefined =>
  isJsonObject(value) ? wholeNumber(value['id']) : undefined;

/** Text that may be an external id: not empty, not too long, without NUL. */
export function externalId(value: unknown): string | undefined {
  const isUsable =
    typeof value === 'string' && value !== '' && value.length <= EXTERNAL_ID_MAX && !value.includes('\0');
  return isUsable ? value : undefined;
}

/** A provider's id of a delivery: visible ASCII of at most 64 characters; `undefined` for anything else. */
export const deliveryId = (header: string | undefined): string | undefined =>
  header !== undefined && DELIVERY_ID.test(header) ? header : undefined;
