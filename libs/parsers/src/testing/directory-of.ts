import type { DirectoryView, IntegrationView, ParserContext, ProviderSecrets } from '../contract';

/** An integration as a test writes it. */
export interface DirectoryEntry {
  readonly id: number | string;
  readonly regions: readonly string[];
  /** One organization when absent; empty for an integration that nobody has installed. */
  readonly organizationIds?: readonly string[];
  readonly webhookSecrets?: readonly string[];
}

/** A directory in memory that remembers what it was asked. */
export interface RecordingDirectory extends DirectoryView {
  /** `provider/external id` of every lookup, in order. */
  readonly lookups: string[];
}

/** A directory with these integrations by external id, whatever the provider. */
export function directoryOf(entries: Readonly<Record<string, DirectoryEntry>>): RecordingDirectory {
  const integrations = new Map(Object.entries(entries).map(([externalId, entry]) => [externalId, viewOf(entry)]));
  const lookups: string[] = [];
  return {
    lookups,
    findIntegration(provider, externalId) {
      lookups.push(`${provider}/${externalId}`);
      return Promise.resolve(integrations.get(externalId));
    },
  };
}

const viewOf = (entry: DirectoryEntry): IntegrationView => ({
  id: String(entry.id),
  organizationIds: entry.organizationIds ?? ['1'],
  regions: [...entry.regions].sort(),
  webhookSecrets: entry.webhookSecrets ?? [],
});

/** A context with no secrets configured, at a fixed time, but for what the test says. */
export function contextOf(
  directory: DirectoryView,
  { nowMs = 1_700_000_000_000, ...secrets }: Partial<ProviderSecrets> & { readonly nowMs?: number } = {},
): ParserContext {
  return {
    directory,
    nowMs,
    secrets: { slackSigningSecrets: [], slackVerificationToken: undefined, githubWebhookSecrets: [], ...secrets },
  };
}
