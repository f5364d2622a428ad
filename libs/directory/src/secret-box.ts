import type { KeyRing } from '@switchyard/database';
import type { IntegrationSecrets } from './entities/integration.entity';

const contextOf = (provider: string, externalId: string): string => `integration:${provider}:${externalId}`;

/** Seals an integration's secrets so that they open for this integration only. */
export function sealSecrets(keys: KeyRing, provider: string, externalId: string, secrets: IntegrationSecrets): Buffer {
  return keys.seal(Buffer.from(JSON.stringify(secrets)), contextOf(provider, externalId));
}

/** @throws SealedDataError when they were altered or their key is not configured any more */
export function openSecrets(keys: KeyRing, provider: string, externalId: string, sealed: Buffer): IntegrationSecrets {
  return JSON.parse(keys.open(sealed, contextOf(provider, externalId)).toString('utf8')) as IntegrationSecrets;
}
