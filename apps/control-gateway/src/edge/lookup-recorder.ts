import type { DirectoryView, IntegrationView, OrganizationInstallations } from '@switchyard/parsers';

/** One question that a parser asked the directory, and what it was told. */
export type Lookup =
  | {
      readonly kind: 'integration';
      readonly provider: string;
      readonly externalId: string;
      readonly found: IntegrationView | undefined;
    }
  | {
      readonly kind: 'organization';
      readonly provider: string;
      readonly organizationId: string;
      readonly found: OrganizationInstallations | undefined;
    };

/** Remembers what was asked while one request was decided: the facts behind a decision. */
export class LookupRecorder implements DirectoryView {
  readonly lookups: Lookup[] = [];

  constructor(private readonly directory: DirectoryView) {}

  async findIntegration(provider: string, externalId: string): Promise<IntegrationView | undefined> {
    const found = await this.directory.findIntegration(provider, externalId);
    this.lookups.push({ kind: 'integration', provider, externalId, found });
    return found;
  }

  async findIntegrationById(provider: string, id: string): Promise<IntegrationView | undefined> {
    const found = await this.directory.findIntegrationById(provider, id);
    this.lookups.push({ kind: 'integration', provider, externalId: found?.externalId ?? `id ${id}`, found });
    return found;
  }

  async findOrganization(provider: string, organizationId: string): Promise<OrganizationInstallations | undefined> {
    const found = await this.directory.findOrganization(provider, organizationId);
    this.lookups.push({ kind: 'organization', provider, organizationId, found });
    return found;
  }
}
