import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { CommandError } from '../gateway-client';

/** A directory of ten thousand organizations fits. */
const FILE_MAX_BYTES = 32 * 1024 * 1024;
/** Alias bombs are refused. */
const ALIASES_MAX = 100;

const id = z.union([z.string().regex(/^[1-9]\d{0,18}$/), z.int().positive().transform(String)]);
const status = z.enum(['active', 'disabled']).default('active');
const facts = z.record(z.string(), z.unknown()).default({});

/** Where a secret is: never the secret itself, so that the file may be kept with the code. */
const secretReference = z.union([
  z.strictObject({ env: z.string().regex(/^[A-Za-z_]\w{0,127}$/) }),
  z.strictObject({ file: z.string().min(1).max(1_000) }),
]);

const installation = z.union([
  id.transform((organizationId) => ({ organizationId, status: 'active' as const, config: {} })),
  z.strictObject({ organizationId: id, status, config: facts }),
]);

const integration = z.strictObject({
  provider: z.string().regex(/^[a-z][a-z_]{0,63}$/),
  externalId: z.string().min(1).max(64),
  name: z.string().min(1).max(200),
  status,
  verification: z.enum(['require', 'prefer', 'off']).nullable().default(null),
  metadata: facts,
  /** Absent: what is there stays. */
  secrets: z
    .strictObject({
      webhookSecrets: z.array(secretReference).max(5).default([]),
      accessToken: secretReference.optional(),
    })
    .optional(),
  installations: z.array(installation).default([]),
});

const organization = z.strictObject({
  id,
  slug: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/),
  name: z.string().min(1).max(64),
  region: z.string().min(1).max(48),
  status,
  customerId: z.string().min(1).max(64).nullable().default(null),
  verified: z.boolean().default(false),
});

const app = z.strictObject({
  slug: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
  name: z.string().min(1).max(200),
  kind: z.enum(['internal', 'unpublished', 'published']),
  organizationId: id,
  webhookUrl: z.string().max(2_000).nullable().default(null),
  events: z.array(z.string().max(64)).max(30).default([]),
  isAlertable: z.boolean().default(false),
});

const directoryFile = z.strictObject({
  version: z.literal(1),
  /** Regions are settings of the gateway; those that are named here must be among them. */
  regions: z.array(z.string().min(1).max(48)).default([]),
  organizations: z.array(organization).default([]),
  integrations: z.array(integration).default([]),
  apps: z.array(app).default([]),
});

/** What a directory file says, with its defaults. */
export type DirectoryFile = z.output<typeof directoryFile>;
export type OrganizationEntry = DirectoryFile['organizations'][number];
export type IntegrationEntry = DirectoryFile['integrations'][number];
export type InstallationEntry = IntegrationEntry['installations'][number];
export type AppEntry = DirectoryFile['apps'][number];
export type SecretReference = z.output<typeof secretReference>;

/**
 * Reads a directory file, YAML or JSON.
 *
 * @throws CommandError that names the file and the field
 */
export function readDirectoryFile(path: string): DirectoryFile {
  const parsed = directoryFile.safeParse(parseText(path, textOf(path)));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new CommandError(`${path}: ${issue?.path.join('.') || 'file'}: ${issue?.message ?? 'not valid'}`);
  }
  refuseTwins(path, parsed.data);
  return parsed.data;
}

/** Writes a directory as YAML; what is as by default is left out. */
export function directoryText(directory: DirectoryFile): string {
  return stringify(directory, { lineWidth: 0, singleQuote: true });
}

/**
 * Reads the secret that a reference names.
 *
 * @param folder from which relative file names count
 * @throws CommandError that names the reference, never the value
 */
export function readSecret(
  reference: SecretReference,
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  if ('env' in reference) {
    const value = environment[reference.env];
    if (value === undefined || value === '')
      throw new CommandError(`The secret ${reference.env} is not in the environment.`);
    return value;
  }
  const path = isAbsolute(reference.file) ? reference.file : join(folder, reference.file);
  try {
    const value = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    if (value !== '') return value;
  } catch {
    // Told below: the reason may hold the path only.
  }
  throw new CommandError(`The secret file ${reference.file} cannot be read, or is empty.`);
}

function textOf(path: string): string {
  try {
    const text = readFileSync(path === '-' ? 0 : path, 'utf8');
    if (Buffer.byteLength(text) <= FILE_MAX_BYTES) return text;
  } catch {
    throw new CommandError(`${path} cannot be read.`);
  }
  throw new CommandError(`${path} is larger than ${FILE_MAX_BYTES} bytes.`);
}

function parseText(path: string, text: string): unknown {
  try {
    return parse(text, { maxAliasCount: ALIASES_MAX });
  } catch (error) {
    throw new CommandError(`${path}: ${error instanceof Error ? error.message : 'is not YAML'}`);
  }
}

/** Of two entries with one key, nobody could say which one counts. */
function refuseTwins(path: string, { organizations, integrations, apps }: DirectoryFile): void {
  const keys = [
    ...organizations.map(({ id: key }) => `organization ${key}`),
    ...integrations.map(integrationKey).map((key) => `integration ${key}`),
    ...integrations.flatMap((entry) =>
      entry.installations.map(({ organizationId }) => `installation ${integrationKey(entry)} ${organizationId}`),
    ),
    ...apps.map(({ slug }) => `app ${slug}`),
  ];
  const seen = new Set<string>();
  for (const key of keys) {
    if (seen.has(key)) throw new CommandError(`${path}: ${key} stands there twice.`);
    seen.add(key);
  }
}

/** `github/4711` */
export const integrationKey = ({ provider, externalId }: Pick<IntegrationEntry, 'externalId' | 'provider'>): string =>
  `${provider}/${externalId}`;
