import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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

/**
 * Reads `secrets.json` of a data folder, or makes it.
 *
 * @throws Error with a remedy when the file is there and cannot be used: new keys would not open the old data
 */
export function fleetSecrets(dataDir: string): FleetSecrets {
  const file = join(dataDir, 'secrets.json');
  mkdirSync(dataDir, { recursive: true });
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
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
    return NAMES.every((name) => typeof value[name] === 'string') ? (value as unknown as FleetSecrets) : undefined;
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
