import { isDeepStrictEqual } from 'node:util';
import { integrationKey } from './directory-file';
import type { AppEntry, DirectoryFile, IntegrationEntry, OrganizationEntry } from './directory-file';

/** Secrets as the API takes them. */
export interface ResolvedSecrets {
  readonly webhookSecrets: readonly string[];
  readonly accessToken?: string;
}

/** The directory as it is; secrets are known as same or not only. */
export interface CurrentDirectory extends Omit<DirectoryFile, 'integrations'> {
  readonly integrations: readonly Omit<IntegrationEntry, 'secrets'>[];
}

/** One request that brings the directory nearer to the file. */
export interface Step {
  readonly action: 'create' | 'disable' | 'update';
  readonly what: string;
  /** Fields that change; never their values. */
  readonly fields: readonly string[];
  readonly method: 'POST' | 'PUT';
  readonly target: 'gateway' | 'notifier';
  readonly path: string;
  readonly body: object;
}

/** What the plan needs besides the file and what is there. */
export interface PlanContext {
  /** By {@link integrationKey}, of the integrations whose secrets the file names. */
  readonly secrets: ReadonlyMap<string, ResolvedSecrets>;
  /** Keys whose secrets are as the file says. */
  readonly sameSecrets: ReadonlySet<string>;
  /** Whether what the file does not name is disabled. */
  readonly isPruning: boolean;
}

/** The steps from a directory to what a file says, in an order in which each finds what it refers to; pure. */
export function planSync(wanted: DirectoryFile, current: CurrentDirectory, context: PlanContext): readonly Step[] {
  const steps = [
    ...wanted.organizations.map((entry) => organizationStep(entry, current)),
    ...wanted.integrations.map((entry) => integrationStep(entry, current, context)),
    ...wanted.integrations.flatMap((entry) => installationSteps(entry, current)),
    ...wanted.apps.map((entry) => appStep(entry, current)),
    ...(context.isPruning ? pruneSteps(wanted, current) : []),
  ];
  return steps.filter((step) => step !== undefined);
}

function organizationStep({ id, ...entry }: OrganizationEntry, { organizations }: CurrentDirectory): Step | undefined {
  const now = organizations.find((organization) => organization.id === id);
  return step(now, entry, { what: `organization ${id}`, path: `mappings/${id}`, body: entry });
}

function integrationStep(
  entry: IntegrationEntry,
  { integrations }: CurrentDirectory,
  { secrets, sameSecrets }: PlanContext,
): Step | undefined {
  const key = integrationKey(entry);
  const { name, status, verification, metadata } = entry;
  const values = { name, status, verification, metadata };
  const now = integrations.find((integration) => integrationKey(integration) === key);
  const given = secrets.get(key);
  const changesSecrets = given !== undefined && !sameSecrets.has(key);
  const body = changesSecrets ? { ...values, secrets: given } : values;
  return step(
    now,
    values,
    { what: `integration ${key}`, path: pathOf(entry), body },
    changesSecrets ? ['secrets'] : [],
  );
}

function installationSteps(entry: IntegrationEntry, { integrations }: CurrentDirectory): readonly (Step | undefined)[] {
  const key = integrationKey(entry);
  const now = integrations.find((integration) => integrationKey(integration) === key)?.installations ?? [];
  return entry.installations.map(({ organizationId, ...values }) =>
    step(
      now.find((installation) => installation.organizationId === organizationId),
      values,
      {
        what: `installation ${key} for ${organizationId}`,
        path: pathOf(entry, organizationId),
        body: values,
      },
    ),
  );
}

function appStep({ slug, kind, organizationId, ...values }: AppEntry, { apps }: CurrentDirectory): Step | undefined {
  const now = apps.find((app) => app.slug === slug);
  const what = `app ${slug}`;
  if (now !== undefined) return step(now, values, { what, path: `apps/${slug}`, body: values, target: 'notifier' });
  const body = { slug, kind, organizationId, ...values };
  return { action: 'create', what, fields: [], method: 'POST', target: 'notifier', path: 'apps', body };
}

/** Disabled, not removed: what was routed by mistake can be routed again. */
function pruneSteps(wanted: DirectoryFile, current: CurrentDirectory): readonly Step[] {
  const disable = (what: string, path: string, entry: object): Step => ({
    action: 'disable',
    what,
    fields: ['status'],
    method: 'PUT',
    target: 'gateway',
    path,
    body: { ...entry, status: 'disabled' },
  });
  const organizations = current.organizations
    .filter(({ id, status }) => status === 'active' && !wanted.organizations.some((entry) => entry.id === id))
    .map(({ id, ...entry }) => disable(`organization ${id}`, `mappings/${id}`, entry));
  const integrations = current.integrations
    .filter(({ status }) => status === 'active')
    .filter((entry) => !wanted.integrations.some((each) => integrationKey(each) === integrationKey(entry)))
    .map((entry) => {
      const { name, verification, metadata } = entry;
      return disable(`integration ${integrationKey(entry)}`, pathOf(entry), { name, verification, metadata });
    });
  const installations = wanted.integrations.flatMap((entry) => {
    const key = integrationKey(entry);
    const now = current.integrations.find((each) => integrationKey(each) === key)?.installations ?? [];
    return now
      .filter(({ status }) => status === 'active')
      .filter(({ organizationId }) => !entry.installations.some((each) => each.organizationId === organizationId))
      .map(({ organizationId, config }) =>
        disable(`installation ${key} for ${organizationId}`, pathOf(entry, organizationId), { config }),
      );
  });
  return [...organizations, ...integrations, ...installations];
}

function step(
  now: object | undefined,
  values: object,
  request: { readonly what: string; readonly path: string; readonly body: object; readonly target?: 'notifier' },
  moreFields: readonly string[] = [],
): Step | undefined {
  const target = request.target ?? 'gateway';
  const common = { what: request.what, method: 'PUT', target, path: request.path, body: request.body } as const;
  if (now === undefined) return { action: 'create', fields: [], ...common };
  const before = now as Readonly<Record<string, unknown>>;
  const changed = Object.entries(values).filter(
    ([name, value]) => !isDeepStrictEqual(sorted(before[name]), sorted(value)),
  );
  const fields = [...changed.map(([name]) => name), ...moreFields];
  return fields.length === 0 ? undefined : { action: 'update', fields, ...common };
}

/** Lists of events are sets; the order in which they are given says nothing. */
function sorted(value: unknown): unknown {
  return Array.isArray(value) ? [...(value as readonly unknown[])].sort() : value;
}

function pathOf(entry: Pick<IntegrationEntry, 'externalId' | 'provider'>, organizationId?: string): string {
  const account = `${entry.provider}/${encodeURIComponent(entry.externalId)}`;
  return organizationId === undefined ? `integrations/${account}` : `installations/${account}/${organizationId}`;
}
