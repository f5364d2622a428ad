import { custom, defineSettings } from '@switchyard/config';
import { createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** Shorter keys would be the weakest part of HMAC-SHA256. */
const MIN_KEY_BYTES = 32;

/** One secret shared by the gateway and the regions. */
export interface SigningKey {
  /** For people: which key this is. Not part of a signature. */
  readonly id: string;
  readonly key: KeyObject;
}

/** The shared secrets: the first signs, all of them verify, so that a key can be changed without losing a request. */
export class SigningKeys {
  private constructor(readonly all: readonly SigningKey[]) {}

  /** The key that signs. */
  get current(): SigningKey {
    return this.all[0] as SigningKey;
  }

  /**
   * Reads `id:base64,id:base64,…`.
   *
   * @throws Error that says what is wrong without repeating any of the text
   */
  static parse(text: string): SigningKeys {
    const keys = text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '')
      .map(parseKey);
    if (keys.length === 0) throw new Error('it holds no key');
    if (new Set(keys.map((key) => key.id)).size < keys.length) throw new Error('two keys have the same id');
    return new SigningKeys(keys);
  }
}

function parseKey(text: string): SigningKey {
  const match = /^([\w-]{1,32}):([A-Za-z0-9+/_-]+={0,2})$/.exec(text);
  if (match === null) throw new Error('a key does not have the form id:base64');
  const [, id, encoded] = match as unknown as [string, string, string];
  const secret = Buffer.from(encoded, 'base64');
  if (secret.length < MIN_KEY_BYTES) throw new Error(`a key is shorter than ${MIN_KEY_BYTES} bytes`);
  return { id, key: createSecretKey(secret) };
}

/** The secrets shared by the gateway and the regions. */
export const siloKeySettings = defineSettings('Gateway signature', {
  siloKeys: custom({
    env: 'SWITCHYARD_SILO_KEYS',
    isSecret: true,
    description:
      'Keys by which regions know the gateway. The first signs, all verify: to change one, put the new key last everywhere, then first, then remove the old one.',
    accepted: `list of \`id:base64\`, at least ${MIN_KEY_BYTES} bytes each, separated by commas`,
    example: '2026a:<base64 of 32 random bytes>',
    parse: (text: string) => SigningKeys.parse(text),
  }),
});
