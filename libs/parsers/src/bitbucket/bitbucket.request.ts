import { refuse, wholeNumber } from '../contract';
import type { DirectoryView, OrganizationInstallations, ReplyDecision } from '../contract';

/** An organization that has a region. */
export interface RoutedOrganization extends OrganizationInstallations {
  readonly region: string;
}

/**
 * Looks up the organization that a path names (gateway.md §2.3.7, §2.3.12).
 *
 * deviates: where the reference lets control answer, which has no such view and says 404 or breaks, the refusal says why.
 *
 * @param status what the sender is told of an organization that is not mapped, or mapped to a region that is not configured
 */
export async function findRoutedOrganization(
  directory: DirectoryView,
  provider: string,
  id: string | undefined,
  status: number,
): Promise<RoutedOrganization | ReplyDecision> {
  const organizationId = idInPath(id);
  if (organizationId === undefined) return refuse(404, 'no_organization', 'the path names no organization');
  const organization = await directory.findOrganization(provider, organizationId);
  if (organization === undefined) {
    return refuse(status, 'no_organization', 'no active organization of this id is mapped to a region');
  }
  const { region } = organization;
  if (region === undefined) {
    return refuse(status, 'no_mapping', 'the organization is mapped to a region that is not configured');
  }
  return { ...organization, region };
}

const DIGITS = /^[1-9]\d{0,15}$/;

/** A positive whole number of a path, written as numbers are; `undefined` for anything else. */
export function idInPath(segment: string | undefined): string | undefined {
  return segment !== undefined && DIGITS.test(segment) ? wholeNumber(Number(segment)) : undefined;
}
