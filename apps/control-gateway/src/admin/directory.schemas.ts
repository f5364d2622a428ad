import { ENTRY_STATUSES, VERIFICATIONS } from '@switchyard/directory';
import { z } from 'zod';

/** Larger than any facts about an account; the whole body is limited to 64 KiB anyway. */
const OBJECT_MAX_BYTES = 16 * 1024;
const BIGINT_MAX = 9_223_372_036_854_775_807n;

const line = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}*$/u, 'control characters are not accepted');
const status = z.enum(ENTRY_STATUSES).optional();
const facts = z
  .record(z.string(), z.unknown())
  .refine(
    (value) => JSON.stringify(value).length <= OBJECT_MAX_BYTES,
    `must be at most ${OBJECT_MAX_BYTES} bytes as JSON`,
  )
  .refine((value) => !JSON.stringify(value).includes('\\u0000'), 'NUL characters are not accepted')
  .optional();

/** A 64-bit id, as text because JavaScript's numbers do not hold it. */
export const bigintId = z
  .string()
  .regex(/^[1-9]\d{0,18}$/, 'must be a positive integer')
  // Runs although the form may be wrong, and BigInt throws at what is no number.
  .refine((text) => !/^\d+$/.test(text) || BigInt(text) <= BIGINT_MAX, 'must fit 64 bits');

const provider = z.string().regex(/^[a-z][a-z_]{0,63}$/, 'must be a provider key such as github_enterprise');

export const mappingPath = z.object({ organizationId: bigintId });
export const integrationPath = z.object({ provider, externalId: line(64) });
export const installationPath = z.object({ provider, externalId: line(64), organizationId: bigintId });

const page = {
  after: bigintId.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
};

export const mappingQuery = z.strictObject({ ...page, region: line(48).optional() });
export const integrationQuery = z.strictObject({ ...page, provider: provider.optional() });
export const installationQuery = z.strictObject({ ...page, organizationId: bigintId.optional() });

export const mappingBody = z.strictObject({
  slug: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'must be 1 to 64 of a-z, 0-9, - and _'),
  name: line(64),
  region: line(48),
  status,
  customerId: line(64).nullish(),
  verified: z.boolean().optional(),
  idempotencyKey: z.string().max(48).optional(),
});

const secrets = z
  .strictObject({ webhookSecrets: z.array(line(256)).max(5).default([]), accessToken: line(512).optional() })
  .refine(
    ({ webhookSecrets, accessToken }) => webhookSecrets.length > 0 || accessToken !== undefined,
    'must hold webhookSecrets or an accessToken',
  );
export const secretsBody = z.strictObject({ secrets });

export const integrationBody = z.strictObject({
  name: line(200),
  metadata: facts,
  status,
  verification: z.enum(VERIFICATIONS).nullish(),
  secrets: secrets.nullish(),
});

export const installationBody = z.strictObject({ config: facts, status });
