import type { AdminClient } from '../gateway-client';
import { integrationKey } from './directory-file';
import type { AppEntry, InstallationEntry, IntegrationEntry, OrganizationEntry } from './directory-file';
import type { CurrentDirectory } from './plan';

const PAGE = 500;

type WithId<Entry> = Entry & { readonly id: string };
type Mapping = Omit<OrganizationEntry, 'id'> & { readonly organizationId: string };
type Account = WithId<Omit<IntegrationEntry, 'installations' | 'secrets'>> & {
  readonly secretCount: number;
  readonly hasAccessToken: boolean;
};
type Installed = WithId<InstallationEntry> & { readonly provider: string; readonly externalId: string };

/** The directory with what only a reader wants to know. */
export interface ReadDirectory extends CurrentDirectory {
  /** Integrations that have secrets, by {@link integrationKey}. */
  readonly withSecrets: ReadonlyMap<string, { readonly secretCount: number; readonly hasAccessToken: boolean }>;
}

/**
 * Reads the whole directory through the admin APIs, page by page.
 *
 * @param notifier absent: apps are left out
 */
export async function readDirectory(gateway: AdminClient, notifier: AdminClient | undefined): Promise<ReadDirectory> {
  const [regions, mappings, accounts, installed, apps] = await Promise.all([
    gateway.call<{ items: readonly { name: string }[] }>('GET', 'regions'),
    pages<Mapping>(gateway, 'mappings', ({ organizationId }) => organizationId),
    pages<Account>(gateway, 'integrations', ({ id }) => id),
    pages<Installed>(gateway, 'installations', ({ id }) => id),
    notifier === undefined ? [] : pages<WithId<AppEntry>>(notifier, 'apps', ({ id }) => id),
  ]);
  const byIntegration = new Map<string, InstallationEntry[]>();
  for (const { organizationId, status, config, ...account } of installed) {
    const key = integrationKey(account);
    byIntegration.set(key, [...(byIntegration.get(key) ?? []), { organizationId, status, config }]);
  }
  return {
    version: 1,
    regions: regions.items.map(({ name }) => name),
    organizations: mappings.map(({ organizationId, slug, name, region, status, customerId, verified }) => ({
      id: organizationId,
      slug,
      name,
      region,
      status,
      customerId,
      verified,
    })),
    integrations: accounts.map(({ provider, externalId, name, status, verification, metadata }) => ({
      provider,
      externalId,
      name,
      status,
      verification,
      metadata,
      installations: byIntegration.get(integrationKey({ provider, externalId })) ?? [],
    })),
    apps: apps.map(({ slug, name, kind, organizationId, webhookUrl, events, isAlertable }) => ({
      slug,
      name,
      kind,
      organizationId,
      webhookUrl,
      events,
      isAlertable,
    })),
    withSecrets: new Map(
      accounts
        .filter(({ secretCount, hasAccessToken }) => secretCount > 0 || hasAccessToken)
        .map((account) => [integrationKey(account), account]),
    ),
  };
}

async function pages<Item>(
  client: AdminClient,
  path: string,
  cursorOf: (item: Item) => string,
): Promise<readonly Item[]> {
  const all: Item[] = [];
  for (;;) {
    const last = all.at(-1);
    const after = last === undefined ? '' : `&after=${cursorOf(last)}`;
    const { items } = await client.call<{ items: readonly Item[] }>('GET', `${path}?limit=${PAGE}${after}`);
    all.push(...items);
    if (items.length < PAGE) return all;
  }
}
