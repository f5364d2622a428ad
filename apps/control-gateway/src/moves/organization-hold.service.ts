import { Injectable } from '@nestjs/common';
import { HoldService } from '@switchyard/outbox';
import { OrganizationIntegrations } from './organization-integrations';

/** Holds and releases all integrations of an organization. Others that share one of them are held too. */
@Injectable()
export class OrganizationHolds {
  constructor(
    private readonly integrations: OrganizationIntegrations,
    private readonly holds: HoldService,
  ) {}

  /** Idempotent. An integration that is held already keeps its own hold. */
  async hold(organizationId: string, reason: string, actor: string): Promise<void> {
    for (const { provider, integrationId } of await this.integrations.list(organizationId)) {
      const marked = markOf(organizationId) + reason;
      await this.holds.hold('integration', `${provider}:${integrationId}`, marked.slice(0, REASON_MAX), actor);
    }
    await this.holds.hold('organization', organizationId, reason, actor);
  }

  /** Whether it was held. Releases only what its hold has held. */
  async release(organizationId: string, actor: string): Promise<boolean> {
    for (const { scope, value, reason } of await this.holds.list()) {
      if (scope === 'integration' && reason.startsWith(markOf(organizationId))) {
        await this.holds.release(scope, value, actor);
      }
    }
    return this.holds.release('organization', organizationId, actor);
  }
}

const REASON_MAX = 500;
const markOf = (organizationId: string): string => `organization ${organizationId}: `;
