import { BadRequestException } from '@nestjs/common';
import { z } from 'zod';

const LIMIT_DEFAULT = 100;
const LIMIT_MAX = 500;

const limit = z.coerce.number().int().min(1).max(LIMIT_MAX).default(LIMIT_DEFAULT);

/** One page of rows that have a numeric id: `after` is the id of the last item of the page before. */
export const rowPage = z.object({
  limit,
  after: z
    .string()
    .regex(/^\d{1,18}$/)
    .optional(),
});

/** One page of delivery records: `after` is the delivery id of the last item of the page before. */
export const deliveryPage = z.object({
  limit,
  after: z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/)
    .optional(),
  provider: z
    .string()
    .regex(/^[a-z0-9_]{1,48}$/)
    .optional(),
});

/**
 * Reads a query string.
 *
 * @throws BadRequestException that names the field
 */
export function readQuery<Query>(schema: z.ZodType<Query>, query: unknown): Query {
  const parsed = schema.safeParse(query);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw badQuery(`${issue?.path.join('.') ?? 'query'}: ${issue?.message ?? 'not valid'}`);
}

/** The answer to a query that cannot be carried out. */
export function badQuery(detail: string): BadRequestException {
  return new BadRequestException({ error: 'bad_query', detail });
}

/** One page of a list, the newest first. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** What to give as `after` for the next page; `null` when there is none. */
  readonly next: string | null;
}

/** Makes a page of one row more than was asked for: the surplus tells that there is another. */
export function pageOf<Item>(rows: readonly Item[], size: number, cursorOf: (item: Item) => string): Page<Item> {
  const items = rows.slice(0, size);
  const last = items.at(-1);
  return { items, next: rows.length > size && last !== undefined ? cursorOf(last) : null };
}
