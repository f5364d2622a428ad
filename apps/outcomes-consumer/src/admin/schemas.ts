import { DATA_CATEGORIES, OUTCOMES } from '@switchyard/outcomes';
import { z } from 'zod';
import { BUCKETS_TOPIC } from '../consume/topics';

const id = z.int().min(0);
const reason = z
  .string()
  .min(1)
  .max(500)
  .regex(/^\P{Cc}*$/u);
const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const queryId = z
  .string()
  .regex(/^\d{1,16}$/)
  .transform(Number);
const category = z.enum(DATA_CATEGORIES as [(typeof DATA_CATEGORIES)[number]]);

export const adjustmentBody = z.strictObject({
  idempotencyKey: z.string().min(1).max(200),
  organizationId: id,
  projectId: id.default(0),
  category,
  outcome: z.enum(OUTCOMES as [(typeof OUTCOMES)[number]]),
  hour: instant,
  quantity: z.int().refine((quantity) => quantity !== 0, 'is not zero'),
  reason,
});
export const cancelBody = z.strictObject({ outcomeId: z.uuid(), reason });
export const topic = z.enum([BUCKETS_TOPIC, 'outcomes', 'outcomes-billing']);
export const rewindBody = z.strictObject({
  topic,
  partition: z.int().min(0).max(100_000),
  offset: z.int().min(0).transform(BigInt),
  reason,
});
const span = { from: instant, to: instant };
const MONTH_MS = 31 * 86_400_000;
const isSpan = ({ from, to }: { from: Date; to: Date }) => from < to && to.getTime() - from.getTime() <= MONTH_MS;
const NO_SPAN = { path: ['to'], message: 'comes after `from`, by 31 days at most' };
export const rebuildBody = z.strictObject({ organizationId: id, ...span, reason }).refine(isSpan, NO_SPAN);
export const replayBody = z.strictObject({ topic });
export const driftQuery = z.strictObject({ ...span, organizationId: queryId.optional() }).refine(isSpan, NO_SPAN);
const page = {
  after: z
    .string()
    .regex(/^\d{1,18}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
};
export const auditQuery = z.strictObject(page);
/** A list of one organization, by the page. */
export const pagedQuery = z.strictObject({ organizationId: queryId, ...page });
export const organizationQuery = z.strictObject({ organizationId: queryId });
export const quotaId = z.string().regex(/^[\w.:-]{1,100}$/);
export const quotaBody = z
  .strictObject({
    organizationId: id,
    projectId: id.nullable().default(null),
    categories: z.array(category).max(50).default([]),
    limit: z.int().positive().nullable(),
    windowSeconds: z
      .int()
      .min(60)
      .max(366 * 86_400),
    reasonCode: z.string().min(1).max(100).nullable().default(null),
  })
  .refine(({ limit, reasonCode }) => limit === null || reasonCode !== null, {
    path: ['reasonCode'],
    message: 'is needed where there is a limit',
  });
