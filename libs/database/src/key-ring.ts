import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { SwitchyardError } from '@switchyard/primitives';

const VERSION = 1;
const KEY_BYTES = 32;
/** What GCM is defined for; random nonces are safe for 2^32 seals per key, far above the number of secrets we hold. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_ID = /^[A-Za-z0-9_-]{1,32}$/;

/** Sealed bytes could not be opened: an unknown key, another context, or damage. */
export class SealedDataError extends SwitchyardError {
  constructor(
    readonly reason: 'malformed' | 'unknown_key' | 'not_authentic',
    what: string,
  ) {
    super(what, {
      code: 'SWY_DATABASE_SEALED_DATA',
      remedy:
        'Keep every key that ever sealed data in SWITCHYARD_ENCRYPTION_KEYS; write the value anew if it is damaged.',
      details: { reason },
    });
  }
}

/**
 * Encryption at rest: AES-256-GCM with a random nonce per value.
 *
 * A sealed value is: version (1 byte), length of the key's id (1 byte), the id, nonce (12), tag (16), ciphertext. Version,
 * id and the caller's context are authenticated, so a value that was copied to another row does not open there.
 */
export class KeyRing {
  readonly #keys: ReadonlyMap<string, Buffer>;
  readonly #sealingId: string;

  private constructor(keys: ReadonlyMap<string, Buffer>, sealingId: string) {
    this.#keys = keys;
    this.#sealingId = sealingId;
  }

  /**
   * Reads `id1:base64,id2:base64`; the first key seals, all open.
   *
   * @throws Error that says which entry is wrong and never repeats a key
   */
  static parse(text: string): KeyRing {
    const keys = new Map<string, Buffer>();
    const entries = text
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '');
    for (const [index, entry] of entries.entries()) {
      const [id, key] = parseEntry(entry, index + 1);
      if (keys.has(id)) throw new Error(`two keys have the id ${id}`);
      keys.set(id, key);
    }
    const sealingId = keys.keys().next().value;
    if (sealingId === undefined) throw new Error('it has no key');
    return new KeyRing(keys, sealingId);
  }

  /** Ids of the keys, the sealing one first. */
  get keyIds(): readonly string[] {
    return [...this.#keys.keys()];
  }

  /** Encrypts; `context` names the place of the value (`integration:42`), and only there it opens again. */
  seal(plain: Buffer, context: string): Buffer {
    const id = Buffer.from(this.#sealingId, 'latin1');
    const head = Buffer.concat([Buffer.from([VERSION, id.length]), id]);
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key(this.#sealingId), nonce);
    cipher.setAAD(Buffer.concat([head, Buffer.from(context, 'utf8')]));
    const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()]);
    return Buffer.concat([head, nonce, cipher.getAuthTag(), ciphertext]);
  }

  /** @throws SealedDataError */
  open(sealed: Buffer, context: string): Buffer {
    const { keyId, head, nonce, tag, ciphertext } = takeApart(sealed);
    const decipher = createDecipheriv('aes-256-gcm', this.#key(keyId), nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.concat([head, Buffer.from(context, 'utf8')]));
    decipher.setAuthTag(tag);
    try {
      return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
    } catch {
      throw new SealedDataError('not_authentic', `sealed data of key ${keyId} is damaged or belongs elsewhere`);
    }
  }

  /** Whether a value was sealed with the current sealing key; if not, opening and sealing it again renews it. */
  isCurrent(sealed: Buffer): boolean {
    return takeApart(sealed).keyId === this.#sealingId;
  }

  /** What logs and JSON see. */
  toJSON(): string {
    return `KeyRing(${this.keyIds.join(', ')})`;
  }

  #key(id: string): Buffer {
    const key = this.#keys.get(id);
    if (key === undefined)
      throw new SealedDataError('unknown_key', `data is sealed with the key ${id}, which is not configured`);
    return key;
  }
}

/** Makes a new entry for `SWITCHYARD_ENCRYPTION_KEYS`. */
export function generateKey(id: string): string {
  return `${id}:${randomBytes(KEY_BYTES).toString('base64')}`;
}

function parseEntry(entry: string, position: number): [id: string, key: Buffer] {
  const colon = entry.indexOf(':');
  const id = entry.slice(0, Math.max(colon, 0));
  if (!KEY_ID.test(id)) throw new Error(`key ${position} has no id of up to 32 letters, digits, - or _ before a colon`);
  const encoded = entry.slice(colon + 1);
  const key = Buffer.from(encoded, 'base64');
  if (!/^[A-Za-z0-9+/]+=*$/.test(encoded) || key.length !== KEY_BYTES)
    throw new Error(`key ${id} is not the base64 of ${KEY_BYTES} bytes`);
  return [id, key];
}

function takeApart(sealed: Buffer) {
  const idBytes = sealed[1] ?? 0;
  const bodyAt = 2 + idBytes;
  if (sealed[0] !== VERSION || idBytes === 0 || sealed.length < bodyAt + NONCE_BYTES + TAG_BYTES)
    throw new SealedDataError('malformed', 'data is not in the form that this version seals');
  const tagAt = bodyAt + NONCE_BYTES;
  return {
    keyId: sealed.toString('latin1', 2, bodyAt),
    head: sealed.subarray(0, bodyAt),
    nonce: sealed.subarray(bodyAt, tagAt),
    tag: sealed.subarray(tagAt, tagAt + TAG_BYTES),
    ciphertext: sealed.subarray(tagAt + TAG_BYTES),
  };
}
