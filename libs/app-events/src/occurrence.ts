import { z } from 'zod';
import { eventKindOf } from './event-names';

/** Name of the BullMQ queue by which other apps tell what happened. A job may come twice, or late. */
export const APP_WEBHOOKS_QUEUE = 'app-webhooks';

const id = z.union([z.string().regex(/^[1-9]\d{0,18}$/), z.int().positive().transform(String)]);

const actor = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('system') }),
  z.strictObject({ kind: z.literal('user'), id: z.int().positive(), name: z.string().max(200) }),
  z.strictObject({ kind: z.literal('app'), uuid: z.uuid(), name: z.string().max(200) }),
]);

/** Something that happened, as other apps tell it (spec: outgoing-webhooks.md §8). */
export const occurrenceSchema = z
  .strictObject({
    /** The same for every repeat. */
    key: z.string().min(1).max(200),
    organizationId: id,
    resource: z.string().regex(/^[a-z_]{1,64}$/),
    action: z.string().regex(/^[a-z_]{1,64}$/),
    data: z.record(z.string(), z.unknown()),
    actor: actor.default({ kind: 'system' }),
    projectId: id.optional(),
    occurredAt: z.iso.datetime({ offset: true }).optional(),
    /** For alert rules: the apps that a rule names, with the settings of its action. */
    targets: z
      .array(
        z.strictObject({
          appSlug: z.string().max(64),
          settings: z.array(z.unknown()).max(50).optional(),
          title: z.string().max(200).optional(),
        }),
      )
      .max(50)
      .optional(),
  })
  .refine(({ resource, action }) => eventKindOf(resource, action) !== undefined, {
    path: ['action'],
    message: 'is nothing that apps are told',
  });

export type Occurrence = z.output<typeof occurrenceSchema>;

/** What is sealed of an occurrence. */
export interface OccurrenceContent {
  readonly data: Readonly<Record<string, unknown>>;
  readonly actor: Occurrence['actor'];
}

export const occurrenceContext = (key: string): string => `occurrence:${key}`;
