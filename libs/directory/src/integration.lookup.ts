import { Inject, Injectable } from '@nestjs/common';
import { KeyRing, PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { unknownRegions } from './directory.metrics';
import type { Verification } from './entities/integration.entity';
import findIntegrationSql from './find-integration.sql';
import findOrganizationSql from './find-organization.sql';
import { openSecrets } from './secret-box';

/** DI token of a function that says whether a region is configured. */
export const IS_KNOWN_REGION = Symbol('IS_KNOWN_REGION');

/** An actively mapped organization as routing needs it. Fits the parsers' `OrganizationView`. */
export interface FoundOrganization {
  readonly id: string;
  readonly slug: string;
  /** `undefined` when the mapping names a region that is not configured. */
  readonly region: string | undefined;
}

/** An organization with its active integrations of one provider. Fits the parsers' `OrganizationInstallations`. */
export interface FoundInstallations extends FoundOrganization {
  readonly integrations: readonly FoundIntegration[];
}

/** An active integration as routing needs it. Fits the parsers' `IntegrationView`. */
export interface FoundIntegration {
  readonly id: string;
  readonly externalId: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly verification: Verification | undefined;
  /** Organizations with an active installation and an active mapping, by id. */
  readonly organizations: readonly FoundOrganization[];
  /** Organizations with an active installation. */
  readonly organizationIds: readonly string[];
  /** Configured regions of those organizations: sorted by name, without repeats. */
  readonly regions: readonly string[];
  /** Current first; empty when it has none of its own. */
  readonly webhookSecrets: readonly string[];
}

interface Row {
  readonly id: string;
  readonly external_id: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly verification: Verification | null;
  readonly sealed_secrets: Buffer | null;
  readonly organization_ids: readonly string[];
  readonly organizations: readonly MappedRow[];
}

interface MappedRow {
  readonly id: string;
  readonly slug: string;
  readonly region: string;
}

interface OrganizationRow extends MappedRow {
  readonly external_ids: readonly string[];
}

/** An organization that has more of one provider is asked for the first ones only. */
const INTEGRATIONS_MAX = 20;

/** Finds integrations in the database: one statement each. */
@Injectable()
export class IntegrationLookup {
  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    private readonly keys: KeyRing,
    @Inject(IS_KNOWN_REGION) private readonly isKnownRegion: (region: string) => boolean,
  ) {}

  /** By exact provider and external id; `undefined` when none is active. */
  async find(provider: string, externalId: string): Promise<FoundIntegration | undefined> {
    const { rows } = await this.pool.query<Row>({
      name: 'directory-find-integration',
      text: findIntegrationSql,
      values: [provider, externalId],
    });
    const row = rows[0];
    if (row === undefined) return undefined;
    const organizations = row.organizations.map((mapped) => this.withKnownRegion(mapped));
    const regions = organizations.map(({ region }) => region).filter((region) => region !== undefined);
    const sealed = row.sealed_secrets;
    return {
      id: row.id,
      externalId: row.external_id,
      metadata: row.metadata,
      verification: row.verification ?? undefined,
      organizationIds: row.organization_ids,
      organizations,
      regions: [...new Set(regions)].sort(),
      webhookSecrets: sealed === null ? [] : openSecrets(this.keys, provider, externalId, sealed).webhookSecrets,
    };
  }

  /** By our own id; `undefined` when there is none that is active, or it is of another provider. */
  async findById(provider: string, id: string): Promise<FoundIntegration | undefined> {
    if (!isBigintId(id)) return undefined;
    const { rows } = await this.pool.query<{ external_id: string }>({
      name: 'directory-find-integration-by-id',
      text: 'SELECT external_id FROM integration WHERE id = $1 AND provider = $2 AND status = 0',
      values: [id, provider],
    });
    return rows[0] === undefined ? undefined : this.find(provider, rows[0].external_id);
  }

  /** An actively mapped organization with its active integrations of a provider; `undefined` when it is not mapped. */
  async findOrganization(provider: string, organizationId: string): Promise<FoundInstallations | undefined> {
    if (!isBigintId(organizationId)) return undefined;
    const { rows } = await this.pool.query<OrganizationRow>({
      name: 'directory-find-organization',
      text: findOrganizationSql,
      values: [provider, organizationId],
    });
    const row = rows[0];
    if (row === undefined) return undefined;
    const found = await Promise.all(
      row.external_ids.slice(0, INTEGRATIONS_MAX).map((externalId) => this.find(provider, externalId)),
    );
    const integrations = found.filter((integration) => integration !== undefined);
    return { ...this.withKnownRegion({ id: row.id, slug: row.slug, region: row.region }), integrations };
  }

  private withKnownRegion(mapped: MappedRow): FoundOrganization {
    if (this.isKnownRegion(mapped.region)) return mapped;
    unknownRegions.inc();
    return { ...mapped, region: undefined };
  }
}

const BIGINT_MAX = 9_223_372_036_854_775_807n;

/** What a `bigint` column can hold as a positive id; anything else would be an error of the database. */
const isBigintId = (text: string): boolean => /^[1-9]\d{0,18}$/.test(text) && BigInt(text) <= BIGINT_MAX;
