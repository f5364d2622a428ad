import { z } from 'zod';

/** Longest `block_id` (spec: slack.md Appendix A). */
const BLOCK_ID_CHARS = 255;
/** Longest `private_metadata`. */
const METADATA_CHARS = 3_000;

/** Largest id that a database holds. */
const ID_MAX = 2n ** 63n - 1n;

/** Ids are text of digits, so that none loses digits on the way (spec: slack.md §5.9). */
const digits = z
  .string()
  .refine((text) => /^\d{1,19}$/.test(text) && BigInt(text) <= ID_MAX, 'must be digits, and no more than an id can be');

const routing = z.object({ issue: digits, rule: digits.optional(), org: digits.optional() });

const modalState = routing.extend({
  v: z.literal(1),
  channel_id: z.string().min(1).max(64).optional(),
  message_ts: z
    .string()
    .regex(/^\d{1,16}\.\d{1,16}$/)
    .optional(),
  orig_response_url: z.string().min(1).max(2_000).optional(),
  is_unfurl: z.boolean().optional(),
});

/** Which issue a message is about, and by which rule; `org` tells the gateway the region. */
export type IssueRouting = Readonly<z.infer<typeof routing>>;

/** What a modal has to remember of the message that it was opened from. */
export type ModalState = Readonly<z.infer<typeof modalState>>;

/**
 * The `block_id` of an issue message's first block.
 *
 * @throws {RangeError} when it does not fit, which ids of digits always do
 */
export function writeRouting({ issue, rule, org }: IssueRouting): string {
  return bounded(JSON.stringify({ issue, rule, org }), BLOCK_ID_CHARS);
}

/** Reads a `block_id`; `undefined` when it is not one of ours. */
export function readRouting(blockId: unknown): IssueRouting | undefined {
  return parse(routing, blockId, BLOCK_ID_CHARS);
}

/**
 * The `private_metadata` of a modal. Slack signs the request that brings it back, so it needs no signature of its own.
 *
 * @throws {RangeError} when it does not fit
 */
export function writeModalState(state: ModalState): string {
  return bounded(JSON.stringify(state), METADATA_CHARS);
}

/** Reads `private_metadata`; `undefined` when it is not of this version. */
export function readModalState(metadata: unknown): ModalState | undefined {
  return parse(modalState, metadata, METADATA_CHARS);
}

function parse<Value>(schema: z.ZodType<Value>, text: unknown, most: number): Value | undefined {
  if (typeof text !== 'string' || text.length > most) return undefined;
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function bounded(text: string, most: number): string {
  if (text.length > most) throw new RangeError(`state for Slack has ${text.length} characters, more than ${most}`);
  return text;
}
