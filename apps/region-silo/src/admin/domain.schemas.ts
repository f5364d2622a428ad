import { z } from 'zod';
import { ROLES } from '../organizations/member';

/** Ids of the product, as text: they may be larger than a double holds. */
export const id = z.union([z.string().regex(/^[1-9]\d{0,18}$/), z.int().positive().transform(String)]);

const slug = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'must be lower-case letters, digits, _ and -');
const name = z
  .string()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u);
const words = z
  .string()
  .max(200)
  .regex(/^\P{Cc}*$/u);

export const organizationBody = z.strictObject({
  slug,
  name,
  options: z
    .strictObject({
      issueAlertsThreadFlag: z.boolean().optional(),
      metricAlertsThreadFlag: z.boolean().optional(),
      threadsReplyScope: z.enum(['newest_per_channel', 'all']).optional(),
      threadsIncludeNotes: z.boolean().optional(),
      threadsSkipOwnMessage: z.boolean().optional(),
    })
    .default({}),
});

export const memberBody = z.strictObject({
  email: z.email().max(254),
  name: words.default(''),
  username: words.default(''),
  role: z.enum(ROLES),
});

export const membershipBody = z
  .strictObject({
    kind: z.enum(['invite', 'join']),
    email: z.email().max(254),
    name: words.default(''),
    userId: id.nullable().default(null),
    role: z.enum(ROLES),
  })
  .refine(
    ({ kind, userId }) => kind === 'invite' || userId !== null,
    'userId: somebody who asks to join has an account',
  );

export const teamBody = z.strictObject({
  organizationId: id,
  slug,
  name,
  members: z
    .array(z.strictObject({ userId: id, isAdmin: z.boolean().default(false) }))
    .max(10_000)
    .default([]),
});

export const projectBody = z.strictObject({
  organizationId: id,
  slug,
  name,
  teamIds: z.array(id).max(1_000).default([]),
  latestRelease: z.string().min(1).max(200).nullable().default(null),
});

export const issueBody = z.strictObject({
  projectId: id,
  shortNumber: id.optional(),
  title: z
    .string()
    .min(1)
    .max(1_000)
    .regex(/^[^\0]*$/),
  culprit: z
    .string()
    .max(500)
    .regex(/^[^\0]*$/)
    .default(''),
  level: z.enum(['debug', 'info', 'warning', 'error', 'fatal']).default('error'),
  category: z.enum(['error', 'performance', 'feedback', 'cron']).default('error'),
  firstSeen: z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text))
    .optional(),
});

const change = z.union([
  z.strictObject({
    kind: z.literal('resolve'),
    how: z.enum(['now', 'next_release', 'current_release', 'release', 'commit', 'pull_request']).default('now'),
    version: words.optional(),
  }),
  z.strictObject({ kind: z.literal('unresolve') }),
  z.strictObject({ kind: z.literal('archive'), until: z.enum(['escalating', 'forever']) }),
  z.strictObject({ kind: z.literal('archive'), until: z.literal('count'), count: z.int() }),
  z.strictObject({ kind: z.literal('assign'), userId: id }),
  z.strictObject({ kind: z.literal('assign'), teamId: id }),
  z.strictObject({ kind: z.literal('unassign') }),
  z.strictObject({
    kind: z.literal('comment'),
    text: z
      .string()
      .min(1)
      .max(10_000)
      .regex(/^[^\0]*$/),
  }),
  z.strictObject({ kind: z.literal('prioritize'), priority: z.enum(['low', 'medium', 'high']) }),
  z.strictObject({ kind: z.literal('regress'), version: words.optional() }),
  z.strictObject({
    kind: z.literal('escalate'),
    forecast: z.int().min(0).optional(),
    hasSnoozeExpired: z.boolean().optional(),
  }),
  z.strictObject({
    kind: z.literal('link_external'),
    provider: words,
    label: words,
    location: z.string().max(2_000),
    isNew: z.boolean().default(true),
  }),
]);

/** `userId`: who does it; absent for the product itself. */
export const changeBody = z.strictObject({ userId: id.optional(), change });

export const ruleBody = z.strictObject({
  projectId: id,
  name,
  actions: z
    .array(
      z.strictObject({
        uuid: z.uuid(),
        integrationId: id,
        channelId: z.string().regex(/^[A-Z0-9]{1,64}$/),
      }),
    )
    .max(50)
    .default([]),
});
