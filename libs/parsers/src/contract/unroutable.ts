import type { IntegrationView } from './parser';
import { refuse } from './routing-decision';
import type { ReplyDecision } from './routing-decision';

/**
 * Refuses what cannot be brought to a region: no active integration, no active organization, or none that is mapped. `undefined`
 * when it can. Never a 2xx: the provider would believe that it was delivered (gateway.md §10, W-15).
 *
 * @param status what the provider is told; 400 unless its protocol wants another
 */
export function refuseUnroutable(
  integration: IntegrationView | undefined,
  { status = 400 }: { readonly status?: number } = {},
): ReplyDecision | undefined {
  if (integration === undefined) return refuse(status, 'no_integration', 'no active integration has this id');
  if (integration.organizationIds.length === 0) {
    return refuse(status, 'no_organization', 'no active organization uses this integration');
  }
  if (integration.regions.length === 0) {
    return refuse(status, 'no_mapping', 'no active organization of this integration is mapped to a region');
  }
  return undefined;
}
