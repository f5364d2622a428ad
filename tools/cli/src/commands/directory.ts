import { dirname } from 'node:path';
import { directoryText, integrationKey, readDirectoryFile, readSecret } from '../directory-files/directory-file';
import type { DirectoryFile } from '../directory-files/directory-file';
import { readDirectory } from '../directory-files/current-directory';
import { planSync } from '../directory-files/plan';
import type { ResolvedSecrets, Step } from '../directory-files/plan';
import { CommandError } from '../gateway-client';
import type { AdminClient } from '../gateway-client';
import type { Output } from '../output';

/** The apps that hold parts of the directory. */
export interface DirectoryClients {
  readonly gateway: AdminClient;
  /** Absent: apps are left out. */
  readonly notifier: AdminClient | undefined;
}

/** What `sync` may be told. */
export interface SyncOptions {
  readonly yes?: boolean;
  /** Disables what the file does not name. */
  readonly prune?: boolean;
}

const SHOWN_MAX = 200;

/** Writes the directory as a file that {@link sync} reads; secrets stand there as references that somebody has to fill. */
export async function dump({ gateway, notifier }: DirectoryClients, output: Output): Promise<void> {
  const { withSecrets, ...directory } = await readDirectory(gateway, notifier);
  const integrations = directory.integrations.map((entry) => {
    const known = withSecrets.get(integrationKey(entry));
    if (known === undefined) return entry;
    const name = integrationKey(entry)
      .toUpperCase()
      .replace(/[^A-Z0-9]+/g, '_');
    const webhookSecrets = Array.from({ length: known.secretCount }, (_, index) => ({
      env: `${name}_SECRET_${index + 1}`,
    }));
    const accessToken = known.hasAccessToken ? { accessToken: { env: `${name}_ACCESS_TOKEN` } } : {};
    return { ...entry, secrets: { webhookSecrets, ...accessToken } };
  });
  const file: DirectoryFile = { ...directory, integrations };
  output.show(file, () => directoryText(file).trimEnd());
}

/** Brings the directory to what a file says: shows the plan, and carries it out with `yes`. */
export async function sync(
  clients: DirectoryClients,
  path: string,
  { yes, prune }: SyncOptions,
  output: Output,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<void> {
  const wanted = readDirectoryFile(path);
  if (wanted.apps.length > 0 && clients.notifier === undefined)
    throw new CommandError('The file names apps: name the notifier with --notifier.');
  const current = await readDirectory(clients.gateway, clients.notifier);
  refuseUnknownRegions(wanted, current.regions);
  const secrets = resolveSecrets(wanted, dirname(path), environment);
  const sameSecrets = await compareSecrets(clients.gateway, secrets, current.integrations.map(integrationKey));
  const steps = planSync(wanted, current, { secrets, sameSecrets, isPruning: prune === true });
  if (yes === true) for (const step of steps) await carryOut(clients, step);
  const shown = steps.map(({ action, what, fields }) => ({ action, what, fields }));
  output.show({ isDone: yes === true, steps: shown }, () => describe(steps, yes === true));
}

function refuseUnknownRegions({ regions, organizations }: DirectoryFile, known: readonly string[]): void {
  const named = [...regions, ...organizations.map(({ region }) => region)];
  const unknown = named.find((region) => !known.includes(region));
  if (unknown === undefined) return;
  throw new CommandError(
    `The gateway does not know the region ${unknown}: add it to SWITCHYARD_REGIONS first. It knows ${known.join(', ')}.`,
  );
}

function resolveSecrets(
  { integrations }: DirectoryFile,
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, ResolvedSecrets> {
  const read = (reference: Parameters<typeof readSecret>[0]) => readSecret(reference, folder, environment);
  return new Map(
    integrations.flatMap((entry) => {
      if (entry.secrets === undefined) return [];
      const { webhookSecrets, accessToken } = entry.secrets;
      const token = accessToken === undefined ? {} : { accessToken: read(accessToken) };
      return [[integrationKey(entry), { webhookSecrets: webhookSecrets.map(read), ...token }] as const];
    }),
  );
}

/** Keys of integrations whose secrets are so already. Those that are not there have none. */
async function compareSecrets(
  gateway: AdminClient,
  secrets: ReadonlyMap<string, ResolvedSecrets>,
  existing: readonly string[],
): Promise<ReadonlySet<string>> {
  const same = new Set<string>();
  for (const [key, value] of secrets) {
    if (!existing.includes(key)) continue;
    const [provider = '', externalId = ''] = splitKey(key);
    const path = `integrations/${provider}/${encodeURIComponent(externalId)}/compare-secrets`;
    const { isSame } = await gateway.call<{ isSame: boolean }>('POST', path, { secrets: value });
    if (isSame) same.add(key);
  }
  return same;
}

const splitKey = (key: string): readonly string[] => [key.slice(0, key.indexOf('/')), key.slice(key.indexOf('/') + 1)];

async function carryOut({ gateway, notifier }: DirectoryClients, step: Step): Promise<void> {
  const client = step.target === 'gateway' ? gateway : notifier;
  try {
    await client?.call(step.method, step.path, step.body);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(
      `${step.what}: ${why}\nWhat came before it is done; run the command again when this is mended.`,
    );
  }
}

function describe(steps: readonly Step[], isDone: boolean): string {
  if (steps.length === 0) return 'The directory is as the file says.';
  const lines = steps.slice(0, SHOWN_MAX).map(({ action, what, fields }) => {
    const changed = fields.length === 0 ? '' : `: ${fields.join(', ')}`;
    return `  ${action} ${what}${changed}`;
  });
  const hidden = steps.length > SHOWN_MAX ? [`  … and ${steps.length - SHOWN_MAX} more`] : [];
  const end = isDone
    ? `${steps.length} changes made.`
    : `${steps.length} changes. Nothing has been changed: run it with --yes.`;
  return [...lines, ...hidden, end].join('\n');
}
