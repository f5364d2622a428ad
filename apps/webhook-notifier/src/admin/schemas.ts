import { z } from 'zod';
import { expandEvents } from '@switchyard/app-events';

const id = z.union([z.string().regex(/^[1-9]\d{0,18}$/), z.int().positive().transform(String)]);
const noControl = /^\P{Cc}*$/u;
const events = z
  .array(z.string().max(64))
  .max(30)
  .default([])
  .transform((names, context) => {
    const expanded = expandEvents(names);
    if (expanded !== undefined) return expanded;
    context.addIssue({ code: 'custom', message: 'names an event that apps cannot subscribe to' });
    return z.NEVER;
  });

const appFields = {
  name: z.string().min(1).max(200).regex(noControl),
  webhookUrl: z.string().max(2_000).nullable().default(null),
  events,
  isAlertable: z.boolean().default(false),
};

export const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be lower-case letters, digits and dashes');
export const newAppBody = z.strictObject({
  ...appFields,
  slug,
  kind: z.enum(['internal', 'unpublished', 'published']),
  organizationId: id,
});
export const appBody = z.strictObject(appFields);

const user = z.strictObject({ id: z.int().positive(), name: z.string().min(1).max(200).regex(noControl) });
const projectIds = z.array(id).max(1_000).nullable();
export const installBody = z.strictObject({
  organizationId: id,
  organizationSlug: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/),
  isPending: z.boolean().default(false),
  projectIds: projectIds.default(null),
  user,
});
export const narrowBody = z.strictObject({ projectIds });
export const uninstallBody = z.strictObject({ user });
export const uuid = z.uuid();

export const ownersBody = z.strictObject({
  owners: z
    .array(
      z.strictObject({
        email: z.email().max(254),
        name: z.string().max(200).regex(noControl).default(''),
        isVerified: z.boolean().default(true),
      }),
    )
    .max(100),
});
export const organizationId = id;

export const enableBody = z.strictObject({ withoutProbe: z.boolean().default(false) });
export const replayBody = z
  .strictObject({
    ids: z.array(id).min(1).max(1_000).optional(),
    since: z.iso.datetime({ offset: true }).optional(),
    status: z.enum(['cancelled', 'dead', 'delivered']).default('dead'),
  })
  .refine(({ ids, since }) => ids !== undefined || since !== undefined, 'ids or since is needed');
export const deliveriesQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(100),
  after: z
    .string()
    .regex(/^\d{1,18}$/)
    .optional(),
  status: z.enum(['cancelled', 'dead', 'delivered', 'waiting']).optional(),
});
export const requestsQuery = z.strictObject({
  event: z.string().max(64).optional(),
  errorsOnly: z.enum(['true', 'false']).default('false'),
});
