import { Inject, Injectable } from '@nestjs/common';
import { KeyRing, PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { unknownRegions } from './directory.metrics';
import findIntegrationSql from './find-integration.sql';
import { openSecrets } from './secret-box';

/** DI token of a function that says whether a region is configured. */
export const IS_KNOWN_REGION = Symbol('IS_KNOWN_REGION');

/** An active integration as routing needs it. Fits the parsers' `IntegrationView`. */
export interface FoundIntegration {
  readonly id: string;
  /** Organizations with an active installation. */
  readonly organizationIds: readonly string[];
  /** Configured regions of those organizations: sorted by name, without repeats. */
  readonly regions: readonly string[];
  /** Current first; empty when it has none of its own. */
  readonly webhookSecrets: readonly string[];
}

interface Row {
  readonly id: string;
  readonly sealed_secrets: Buffer | null;
  readonly organization_ids: readonly string[];
  readonly regions: readonly string[];
}

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
    const regions = row.regions.filter((region) => this.isKnownRegion(region)).sort();
    if (regions.length < row.regions.length) unknownRegions.inc();
    const sealed = row.sealed_secrets;
    return {
      id: row.id,
      organizationIds: row.organization_ids,
      regions,
      webhookSecrets: sealed === null ? [] : openSecrets(this.keys, provider, externalId, sealed).webhookSecrets,
    };
  }
}
