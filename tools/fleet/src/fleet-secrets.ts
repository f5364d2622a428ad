import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Secrets of one local fleet: made at its first start and kept beside its data, which they encrypt. */
export interface FleetSecrets {
  readonly adminToken: string;
  readonly siloKeys: string;
  readonly encryptionKeys: string;
  readonly slackSigningSecret: string;
  readonly githubWebhookSecret: string;
}

const NAMES = ['adminToken', 'siloKeys', 'encryptionKeys', 'slackSigningSecret', 'githubWebhookSecret'] as const;

/** What the apps accept: key lists of `id:base64`, and other secrets of some length. */
const KEYS = /^[\w-]+:[A-Za-z0-9+/]{43}=(,[\w-]+:[A-Za-z0-9+/]{43}=)*$/;
const FORMS: Readonly<Record<(typeof NAMES)[number], RegExp>> = {
  adminToken: /^\S{16,}$/,
  siloKeys: KEYS,
  encryptionKeys: KEYS,
  slackSigningSecret: /^\S+$/,
  githubWebhookSecret: /^\S+$/,
};

/**
 * Reads `secrets.json` of a data folder, or makes it.
 *
 * @throws Error with a remedy when there is data, but no file that opens it: new keys would not
 */
export function fleetSecrets(dataDir: string): FleetSecrets {
  const file = join(dataDir, 'secrets.json');
  mkdirSync(dataDir, { recursive: true });
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') {
      throw new Error(
        `${file} cannot be read (${code}): make it a file of yours, or start anew with npm start -- --reset.`,
      );
    }
    if (existsSync(join(dataDir, 'postgres', 'cluster'))) {
      throw new Error(
        `${file} is missing, and the data beside it needs its keys: restore it, or start from nothing with npm start -- --reset.`,
      );
    }
    const secrets = makeSecrets();
    writeFileSync(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    return secrets;
  }
  const secrets = parse(text);
  if (secrets === undefined) {
    throw new Error(`${file} is damaged: restore it, or start from nothing with npm start -- --reset.`);
  }
  return secrets;
}

function parse(text: string): FleetSecrets | undefined {
  try {
    const value = JSON.parse(text) as Partial<Record<string, unknown>>;
    const isUsable = NAMES.every((name) => typeof value[name] === 'string' && FORMS[name].test(value[name]));
    return isUsable ? (value as unknown as FleetSecrets) : undefined;
  } catch {
    return undefined;
  }
}

function makeSecrets(): FleetSecrets {
  const hex = (): string => randomBytes(24).toString('hex');
  const key = (): string => `local:${randomBytes(32).toString('base64')}`;
  return {
    adminToken: hex(),
    siloKeys: key(),
    encryptionKeys: key(),
    slackSigningSecret: hex(),
    githubWebhookSecret: hex(),
  };
}
