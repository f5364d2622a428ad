import type { Installation, Integration, OrganizationMapping } from '@switchyard/directory';
import { ENTRY_STATUSES, VERIFICATIONS } from '@switchyard/directory';

/*
 * Resources as the API shows them, and their schemas for the OpenAPI document. Secrets are counted, never shown.
 */

const text = { type: 'string' } as const;
const date = { type: 'string', format: 'date-time' } as const;
const status = { type: 'string', enum: [...ENTRY_STATUSES] } as const;
const id = { type: 'string', description: 'A 64-bit integer as text.' } as const;

const object = (properties: Record<string, object>) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
});

/** An organization's mapping. */
export const presentMapping = (mapping: OrganizationMapping) => ({
  organizationId: mapping.organizationId,
  slug: mapping.slug,
  name: mapping.name,
  region: mapping.region,
  status: mapping.status,
  customerId: mapping.customerId,
  verified: mapping.isVerified,
  idempotencyKey: mapping.idempotencyKey,
  dateCreated: mapping.dateCreated,
});

export const mappingSchema = object({
  organizationId: id,
  slug: text,
  name: text,
  region: text,
  status,
  customerId: { ...text, nullable: true },
  verified: { type: 'boolean' },
  idempotencyKey: text,
  dateCreated: date,
});

/** An integration. */
export const presentIntegration = (integration: Integration) => ({
  id: integration.id,
  provider: integration.provider,
  externalId: integration.externalId,
  name: integration.name,
  metadata: integration.metadata,
  status: integration.status,
  verification: integration.verification,
  hasSecrets: integration.secretCount > 0,
  secretCount: integration.secretCount,
  hasAccessToken: integration.hasAccessToken,
  dateAdded: integration.dateAdded,
  dateUpdated: integration.dateUpdated,
});

export const integrationSchema = object({
  id,
  provider: text,
  externalId: text,
  name: text,
  metadata: { type: 'object', additionalProperties: true },
  status,
  verification: { type: 'string', enum: [...VERIFICATIONS], nullable: true },
  hasSecrets: { type: 'boolean' },
  secretCount: { type: 'integer' },
  hasAccessToken: { type: 'boolean' },
  dateAdded: date,
  dateUpdated: date,
});

/** An installation. */
export const presentInstallation = (installation: Installation) => ({
  id: installation.id,
  provider: installation.provider,
  externalId: installation.externalId,
  organizationId: installation.organizationId,
  integrationId: installation.integrationId,
  config: installation.config,
  status: installation.status,
  dateAdded: installation.dateAdded,
  dateUpdated: installation.dateUpdated,
});

export const installationSchema = object({
  id,
  provider: text,
  externalId: text,
  organizationId: id,
  integrationId: id,
  config: { type: 'object', additionalProperties: true },
  status,
  dateAdded: date,
  dateUpdated: date,
});

/** A region, as far as operators may name it. */
export const regionSchema = object({
  name: text,
  category: { type: 'string', enum: ['MULTI_TENANT', 'SINGLE_TENANT'] },
  isVisible: { type: 'boolean' },
});

/** Whether secrets are the same. */
export const comparisonSchema = object({ isSame: { type: 'boolean' } });
