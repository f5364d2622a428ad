import type { KeyObject } from 'node:crypto';
import type {
  DirectoryView,
  IntegrationView,
  KeyIssuer,
  OrganizationView,
  ParserContext,
  ProviderSecrets,
  PublicKeys,
  VerificationPolicy,
} from '../contract';

/** An integration as a test writes it. */
export interface DirectoryEntry {
  readonly id: number | string;
  readonly regions: readonly string[];
  /** One organization when absent; empty for an integration that nobody has installed. */
  readonly organizationIds?: readonly string[];
  readonly webhookSecrets?: readonly string[];
  /** Makes the integration findable through its organizations, which are in `regions` one after another. */
  readonly provider?: string;
  readonly verification?: VerificationPolicy;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Spelled out where ids, slugs and regions matter; otherwise made from `organizationIds` and `regions`. */
  readonly organizations?: readonly OrganizationView[];
}

/** What else a test's directory knows. */
export interface DirectoryOptions {
  /** Mapped organizations by id, whether they have an integration or not. */
  readonly organizations?: readonly OrganizationView[];
}

/** A directory in memory that remembers what it was asked. */
export interface RecordingDirectory extends DirectoryView {
  /** `provider/external id` of every lookup, in order. */
  readonly lookups: string[];
}

/** A directory with these integrations by external id, whatever the provider. */
export function directoryOf(
  entries: Readonly<Record<string, DirectoryEntry>>,
  { organizations = [] }: DirectoryOptions = {},
): RecordingDirectory {
  const integrations = new Map(
    Object.entries(entries).map(([externalId, entry]) => [externalId, viewOf(externalId, entry)]),
  );
  const lookups: string[] = [];
  return {
    lookups,
    findIntegration(provider, externalId) {
      lookups.push(`${provider}/${externalId}`);
      return Promise.resolve(integrations.get(externalId));
    },
    findIntegrationById(provider, id) {
      lookups.push(`${provider}/id/${id}`);
      return Promise.resolve([...integrations.values()].find((integration) => integration.id === id));
    },
    findOrganization(provider, organizationId) {
      lookups.push(`${provider}/organization/${organizationId}`);
      const organization = organizations.find(({ id }) => id === organizationId);
      const installed = [...integrations.entries()]
        .filter(([externalId]) => entries[externalId]?.provider === provider)
        .map(([, view]) => view)
        .filter(({ organizationIds }) => organizationIds.includes(organizationId));
      return Promise.resolve(organization && { ...organization, integrations: installed });
    },
  };
}

function viewOf(externalId: string, entry: DirectoryEntry): IntegrationView {
  const organizationIds = entry.organizationIds ?? entry.organizations?.map(({ id }) => id) ?? ['1'];
  const mapped = organizationIds.flatMap((id, index) => {
    const region = entry.regions[index % Math.max(entry.regions.length, 1)];
    return region === undefined ? [] : [{ id, slug: `org-${id}`, region }];
  });
  return {
    id: String(entry.id),
    externalId,
    metadata: entry.metadata ?? {},
    verification: entry.verification,
    organizationIds,
    organizations: entry.organizations ?? mapped,
    regions: [...entry.regions].sort(),
    webhookSecrets: entry.webhookSecrets ?? [],
  };
}

/** Keys by `issuer/key id`. */
export function keysOf(keys: Readonly<Record<string, KeyObject>> = {}): PublicKeys {
  return { find: (issuer: KeyIssuer, keyId: string) => Promise.resolve(keys[`${issuer}/${keyId}`]) };
}

/** A context with no secrets configured, at a fixed time, but for what the test says. */
export function contextOf(
  directory: DirectoryView,
  {
    nowMs = 1_700_000_000_000,
    keys = keysOf(),
    ...secrets
  }: Partial<ProviderSecrets> & { readonly nowMs?: number; readonly keys?: PublicKeys } = {},
): ParserContext {
  return {
    directory,
    nowMs,
    keys,
    secrets: {
      slackSigningSecrets: [],
      slackVerificationToken: undefined,
      githubWebhookSecrets: [],
      discordPublicKeys: [],
      msteamsAppId: undefined,
      vercelClientSecrets: [],
      publicUrl: undefined,
      ...secrets,
    },
  };
}
