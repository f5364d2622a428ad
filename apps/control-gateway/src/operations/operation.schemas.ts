import { HOLD_SCOPES, OPERATION_KINDS } from '@switchyard/outbox';
import { z } from 'zod';
import { bigintId } from '../admin';

const word = z
  .string()
  .min(1)
  .max(300)
  .regex(/^\P{Cc}*$/u, 'control characters are not accepted');
const time = z.iso.datetime({ offset: true });

export const selection = z.strictObject({
  ids: z.array(bigintId).min(1).max(1_000).optional(),
  mailbox: word.optional(),
  provider: word.optional(),
  region: word.optional(),
  integrationId: bigintId.optional(),
  reason: word.optional(),
  since: time.optional(),
  until: time.optional(),
});

export const holdPath = z
  .object({ scope: z.enum(HOLD_SCOPES), value: word })
  .refine(({ scope, value }) => scope !== 'organization' || bigintId.safeParse(value).success, {
    path: ['value'],
    message: 'must be the id of an organization',
  });
export const holdBody = z.strictObject({ reason: z.string().min(1).max(500) });
export const retryBody = z.strictObject({ mailboxes: z.array(word).min(1).max(1_000) });

export const operationBody = z
  .strictObject({ kind: z.enum(OPERATION_KINDS), selection: selection.default({}), targetRegion: word.optional() })
  .refine(({ kind, selection: { reason } }) => kind !== 'discard_waiting' || reason === undefined, {
    path: ['selection', 'reason'],
    message: 'only dead letters have a reason',
  })
  .refine(({ kind, targetRegion }) => kind.startsWith('replay') || targetRegion === undefined, {
    path: ['targetRegion'],
    message: 'only what is replayed can go to another region',
  });
export const operationPath = z.object({ id: bigintId });

const limit = z.coerce.number().int().min(1).max(500).default(100);
export const listQuery = z.strictObject({ limit });
export const auditQuery = z.strictObject({ limit, before: bigintId.optional() });
const { ids: _ids, ...conditions } = selection.shape;
export const deadLetterQuery = z.strictObject({ ...conditions, limit, before: bigintId.optional() });
const { reason: _reason, ...waitingConditions } = conditions;
export const waitingQuery = z.strictObject({ ...waitingConditions, limit, before: bigintId.optional() });
