import { Injectable } from '@nestjs/common';
import { DirectoryService } from '@switchyard/directory';

const PAGE = 200;
/** More than any real organization has; a bound for a list that an operator waits for. */
const INTEGRATIONS_MAX = 5_000;

/** An integration as mailboxes and holds name it. */
export interface NamedIntegration {
  readonly provider: string;
  readonly integrationId: string;
}

/** Finds what an organization has installed. */
@Injectable()
export class OrganizationIntegrations {
  constructor(private readonly directory: DirectoryService) {}

  /** Active or not: what was stored before an installation was suspended still waits. */
  async list(organizationId: string): Promise<readonly NamedIntegration[]> {
    const found: NamedIntegration[] = [];
    for (let after: string | undefined; found.length < INTEGRATIONS_MAX;) {
      const page = await this.directory.listInstallations({ limit: PAGE, after }, organizationId);
      found.push(...page.map(({ provider, integrationId }) => ({ provider, integrationId })));
      if (page.length < PAGE) break;
      after = page.at(-1)?.id;
    }
    return found;
  }
}
