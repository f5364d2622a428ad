import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import { audit } from '@switchyard/audit-log';
import { KeyRing } from '@switchyard/database';
import { CLOCK } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';
import { DataSource, MoreThan } from 'typeorm';
import type { EntityTarget, FindOptionsWhere, ObjectLiteral } from 'typeorm';
import { DirectoryConflictError, DirectoryReferenceError } from './directory.error';
import { Integration } from './entities/integration.entity';
import type { IntegrationSecrets, Verification } from './entities/integration.entity';
import { OrganizationIntegration } from './entities/organization-integration.entity';
import { OrganizationMapping } from './entities/organization-mapping.entity';
import type { EntryStatus } from './entry-status';
import { IS_KNOWN_REGION } from './integration.lookup';
import { openSecrets, sealSecrets } from './secret-box';

/** What a PUT came to: the resource as it is now, and whether it is new. */
export interface Put<Resource> {
  readonly resource: Resource;
  readonly isCreated: boolean;
}

export interface MappingChange {
  readonly slug: string;
  readonly name: string;
  readonly region: string;
  readonly status?: EntryStatus;
  readonly customerId?: string | null;
  readonly isVerified?: boolean;
  readonly idempotencyKey?: string;
}

export interface IntegrationChange {
  readonly name: string;
  readonly metadata?: Record<string, unknown>;
  readonly status?: EntryStatus;
  /** Null or absent: the provider's default. */
  readonly verification?: Verification | null;
  /** Absent: stay as they are. Null: are removed. */
  readonly secrets?: IntegrationSecrets | null;
}

export interface InstallationChange {
  readonly config?: Record<string, unknown>;
  readonly status?: EntryStatus;
}

/** An installation with the names by which the API knows its integration. */
export interface Installation extends OrganizationIntegration {
  readonly provider: string;
  readonly externalId: string;
}

/** A page of a list, in the order of ids. */
export interface Page {
  /** The id of the last entry of the page before. */
  readonly after?: string;
  readonly limit: number;
}

/** Runs a statement in the transaction of a change. */
export type Statement = (sql: string, values: readonly unknown[]) => Promise<unknown>;

/** Who changes something by hand, and what it is called; for the audit log. */
interface Change {
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
}

const UNIQUE_VIOLATION = '23505';

/**
 * Reads and changes the directory, for admins. Every change is idempotent: what is said twice changes nothing the second time.
 *
 * A change with an `actor` has a line in the audit log, in its transaction; providers' own messages have none.
 */
@Injectable()
export class DirectoryService {
  constructor(
    private readonly source: DataSource,
    private readonly keys: KeyRing,
    @Inject(IS_KNOWN_REGION) private readonly isKnownRegion: (region: string) => boolean,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  listMappings(page: Page, region?: string): Promise<readonly OrganizationMapping[]> {
    return this.source.getRepository(OrganizationMapping).find({
      where: { ...(region && { region }), ...(page.after && { organizationId: MoreThan(page.after) }) },
      order: { organizationId: 'ASC' },
      take: page.limit,
    });
  }

  getMapping(organizationId: string): Promise<OrganizationMapping | null> {
    return this.source.getRepository(OrganizationMapping).findOneBy({ organizationId });
  }

  /** @throws DirectoryReferenceError for a region that is not configured, DirectoryConflictError for a slug that is taken */
  async putMapping(organizationId: string, change: MappingChange, actor?: string): Promise<Put<OrganizationMapping>> {
    if (!this.isKnownRegion(change.region)) {
      throw new DirectoryReferenceError(
        `the region ${change.region} is not configured`,
        'Name a region of SWITCHYARD_REGIONS, or add it there first.',
      );
    }
    const values = {
      slug: change.slug,
      name: change.name,
      region: change.region,
      status: change.status ?? 'active',
      customerId: change.customerId ?? null,
      isVerified: change.isVerified ?? false,
      idempotencyKey: change.idempotencyKey ?? '',
    };
    try {
      return await this.put(
        OrganizationMapping,
        { organizationId },
        values,
        changeOf(actor, 'mapping_put', `mapping ${organizationId}`),
      );
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new DirectoryConflictError(
        `another organization has the slug ${change.slug}`,
        'Choose another slug, or change the other organization first.',
      );
    }
  }

  listIntegrations(page: Page, provider?: string): Promise<readonly Integration[]> {
    return this.source.getRepository(Integration).find({
      where: { ...(provider && { provider }), ...(page.after && { id: MoreThan(page.after) }) },
      order: { id: 'ASC' },
      take: page.limit,
    });
  }

  getIntegration(provider: string, externalId: string): Promise<Integration | null> {
    return this.source.getRepository(Integration).findOneBy({ provider, externalId });
  }

  async putIntegration(
    provider: string,
    externalId: string,
    change: IntegrationChange,
    actor?: string,
  ): Promise<Put<Integration>> {
    const base = {
      name: change.name,
      metadata: change.metadata ?? {},
      status: change.status ?? 'active',
      verification: change.verification ?? null,
    } as const;
    const sealed = await this.secretColumns(provider, externalId, change.secrets);
    const made = changeOf(actor, 'integration_put', `integration ${provider} ${externalId}`);
    return this.put(Integration, { provider, externalId }, { ...base, ...sealed }, made);
  }

  /**
   * Switches an integration on or off and leaves the rest of it; `name` is for one that is not there yet, which is made
   * only to be switched on.
   */
  async switchIntegration(provider: string, externalId: string, status: EntryStatus, name: string): Promise<void> {
    const current = await this.getIntegration(provider, externalId);
    if (current === null && status !== 'active') return;
    await this.putIntegration(provider, externalId, {
      name: current?.name ?? name,
      metadata: current?.metadata,
      verification: current?.verification,
      status,
    });
  }

  /**
   * The account removed the app: the integration and its installations are disabled, and its secrets are gone. Whatever came before and
   * however often it is said, it is done once.
   *
   * @param audit writes down that it was done, in the same transaction
   * @returns whether there was something to do
   */
  async removeApp(
    provider: string,
    externalId: string,
    audit: (statement: Statement) => Promise<unknown>,
  ): Promise<boolean> {
    return this.source.transaction(async (manager) => {
      const integrations = manager.getRepository(Integration);
      const current = await integrations.findOne({
        where: { provider, externalId },
        lock: { mode: 'pessimistic_write' },
      });
      if (current?.status !== 'active') return false;
      await integrations.update(
        { id: current.id },
        {
          status: 'disabled',
          sealedSecrets: null,
          secretCount: 0,
          hasAccessToken: false,
          dateUpdated: new Date(this.clock.now()),
        },
      );
      await manager
        .getRepository(OrganizationIntegration)
        .update(
          { integrationId: current.id, status: 'active' },
          { status: 'disabled', dateUpdated: new Date(this.clock.now()) },
        );
      await audit((sql, values) => manager.query(sql, [...values]));
      return true;
    });
  }

  /**
   * Takes an integration as its provider tells it at the installation: active, with these facts and secrets. What an operator chose
   * for its verification stays.
   */
  async installIntegration(
    provider: string,
    externalId: string,
    facts: Omit<IntegrationChange, 'status' | 'verification'>,
  ): Promise<Put<Integration>> {
    const current = await this.getIntegration(provider, externalId);
    return this.putIntegration(provider, externalId, {
      ...facts,
      metadata: { ...current?.metadata, ...facts.metadata },
      verification: current?.verification,
      status: 'active',
    });
  }

  async listInstallations(page: Page, organizationId?: string): Promise<readonly Installation[]> {
    const rows = await this.source.getRepository(OrganizationIntegration).find({
      where: { ...(organizationId && { organizationId }), ...(page.after && { id: MoreThan(page.after) }) },
      order: { id: 'ASC' },
      take: page.limit,
    });
    const ids = [...new Set(rows.map(({ integrationId }) => integrationId))];
    const integrations = await this.source
      .getRepository(Integration)
      .createQueryBuilder('integration')
      .where('integration.id = ANY (:ids)', { ids })
      .getMany();
    const byId = new Map(integrations.map((integration) => [integration.id, integration]));
    return rows.flatMap((row) => {
      const integration = byId.get(row.integrationId);
      return integration === undefined ? [] : [withNames(row, integration)];
    });
  }

  async getInstallation(provider: string, externalId: string, organizationId: string): Promise<Installation | null> {
    const integration = await this.getIntegration(provider, externalId);
    if (integration === null) return null;
    const row = await this.source
      .getRepository(OrganizationIntegration)
      .findOneBy({ integrationId: integration.id, organizationId });
    return row === null ? null : withNames(row, integration);
  }

  /** @throws DirectoryReferenceError when there is no such integration */
  async putInstallation(
    provider: string,
    externalId: string,
    organizationId: string,
    change: InstallationChange,
    actor?: string,
  ): Promise<Put<Installation>> {
    const integration = await this.getIntegration(provider, externalId);
    if (integration === null) {
      throw new DirectoryReferenceError(
        `there is no ${provider} integration ${externalId}`,
        `PUT it first: /admin/api/integrations/${provider}/${externalId}`,
      );
    }
    const values = { config: change.config ?? {}, status: change.status ?? ('active' as const) };
    const key = { integrationId: integration.id, organizationId };
    const { resource, isCreated } = await this.put(
      OrganizationIntegration,
      key,
      values,
      changeOf(actor, 'installation_put', `installation ${provider} ${externalId} ${organizationId}`),
    );
    return { resource: withNames(resource, integration), isCreated };
  }

  /** Inserts, or changes what differs. Of two at once for one key, the later one finds the earlier one's row. */
  private async put<Entity extends ObjectLiteral>(
    target: EntityTarget<Entity>,
    key: Partial<Entity>,
    values: Partial<Entity>,
    change?: Change,
  ): Promise<Put<Entity>> {
    try {
      return await this.tryPut(target, key, values, change);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      return this.tryPut(target, key, values, change);
    }
  }

  private tryPut<Entity extends ObjectLiteral>(
    target: EntityTarget<Entity>,
    key: Partial<Entity>,
    values: Partial<Entity>,
    change?: Change,
  ): Promise<Put<Entity>> {
    return this.source.transaction(async (manager) => {
      const repository = manager.getRepository(target);
      const where = key as FindOptionsWhere<Entity>;
      const current = await repository.findOne({ where, lock: { mode: 'pessimistic_write' } });
      if (current === null) await repository.insert({ ...key, ...values } as never);
      else if (differs(current, values)) {
        const hasDate = repository.metadata.columns.some(({ propertyName }) => propertyName === 'dateUpdated');
        await repository.update(where, {
          ...values,
          ...(hasDate && { dateUpdated: new Date(this.clock.now()) }),
        } as never);
      } else return { resource: current, isCreated: false };
      if (change !== undefined) {
        // Names only: values may be secrets.
        const fields = Object.keys(values).filter((name) => !isDeepStrictEqual(current?.[name], values[name]));
        await audit(manager, change.actor, change.action, change.subject, { isCreated: current === null, fields });
      }
      return { resource: await repository.findOneByOrFail(where), isCreated: current === null };
    });
  }

  /** Whether these are the secrets of an integration; what they are is never shown. */
  async hasSecrets(provider: string, externalId: string, secrets: IntegrationSecrets): Promise<boolean> {
    const stored = await this.source.getRepository(Integration).findOne({
      where: { provider, externalId },
      select: { id: true, sealedSecrets: true },
    });
    return (
      stored?.sealedSecrets != null &&
      isDeepStrictEqual(openSecrets(this.keys, provider, externalId, stored.sealedSecrets), secrets)
    );
  }

  /** The columns to write for the secrets, none when they stay as they are: sealing the same twice gives other bytes. */
  private async secretColumns(
    provider: string,
    externalId: string,
    secrets: IntegrationSecrets | null | undefined,
  ): Promise<Partial<Pick<Integration, 'sealedSecrets' | 'secretCount' | 'hasAccessToken'>>> {
    if (secrets === undefined) return {};
    if (secrets === null) return { sealedSecrets: null, secretCount: 0, hasAccessToken: false };
    if (await this.hasSecrets(provider, externalId, secrets)) return {};
    return {
      sealedSecrets: sealSecrets(this.keys, provider, externalId, secrets),
      secretCount: secrets.webhookSecrets.length,
      hasAccessToken: secrets.accessToken !== undefined,
    };
  }
}

const changeOf = (actor: string | undefined, action: string, subject: string): Change | undefined =>
  actor === undefined ? undefined : { actor, action, subject };

function differs(current: ObjectLiteral, values: ObjectLiteral): boolean {
  return Object.entries(values).some(([name, value]) => !isDeepStrictEqual(current[name], value));
}

function withNames(row: OrganizationIntegration, { provider, externalId }: Integration): Installation {
  return { ...row, provider, externalId };
}

function isUniqueViolation(error: unknown): boolean {
  return (error as { code?: unknown }).code === UNIQUE_VIOLATION;
}
