import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { HttpPools } from '@switchyard/http-client';
import type { KeyIssuer, PublicKeys } from '@switchyard/parsers';
import type { Clock } from '@switchyard/primitives';
import { z } from 'zod';
import { keyFetches } from './provider-apps.metrics';
import { PublicKeysUnavailableError } from './public-keys.error';
import { RememberedKeys } from './remembered-keys';

/** What {@link HttpPublicKeys} is made of. */
export interface HttpPublicKeysOptions {
  readonly pools: HttpPools;
  readonly clock: Clock;
  readonly atlassianKeysUrl: string;
  readonly botFrameworkUrl: string;
}

const TIMEOUT_MS = 2_000;
const RESPONSE_MAX_BYTES = 256 * 1024;
const KEY_ID = /^[A-Za-z0-9_-]{1,100}$/;

const openIdConfiguration = z.object({ jwks_uri: z.string() });
const keySet = z.object({
  keys: z.array(z.object({ kid: z.string(), kty: z.literal('RSA'), n: z.string(), e: z.string() })).max(100),
});

/**
 * Published keys over HTTP, remembered for a day. An id that does not exist is remembered for a minute, so that made-up ids
 * cost one request a minute and no more; lookups of one id that come at once share one request.
 */
export class HttpPublicKeys implements PublicKeys {
  private readonly remembered: RememberedKeys;
  private readonly underWay = new Map<string, Promise<KeyObject | undefined>>();

  constructor(private readonly options: HttpPublicKeysOptions) {
    this.remembered = new RememberedKeys(options.clock);
  }

  /** @throws PublicKeysUnavailableError when the issuer does not answer as it should */
  async find(issuer: KeyIssuer, keyId: string): Promise<KeyObject | undefined> {
    if (!KEY_ID.test(keyId)) return undefined;
    const id = `${issuer}/${keyId}`;
    const known = this.remembered.get(id);
    if (known !== undefined) return known.key;
    const question = this.underWay.get(id) ?? this.fetch(issuer, keyId).finally(() => this.underWay.delete(id));
    this.underWay.set(id, question);
    return question;
  }

  private async fetch(issuer: KeyIssuer, keyId: string): Promise<KeyObject | undefined> {
    try {
      const key = await (issuer === 'atlassian-connect' ? this.fetchPem(keyId) : this.fetchKeySet(keyId));
      this.remembered.set(`${issuer}/${keyId}`, key);
      keyFetches.inc({ issuer, result: key === undefined ? 'unknown' : 'ok' });
      return key;
    } catch (error) {
      keyFetches.inc({ issuer, result: 'unavailable' });
      if (error instanceof PublicKeysUnavailableError) throw error;
      throw new PublicKeysUnavailableError(issuer, 'it answered with something else than keys');
    }
  }

  private async fetchPem(keyId: string): Promise<KeyObject | undefined> {
    const pem = await this.get('atlassian-connect', `${this.options.atlassianKeysUrl.replace(/\/$/, '')}/${keyId}`);
    return pem === undefined ? undefined : createPublicKey(pem);
  }

  /** All keys of the set are remembered: there are two or three, and they change together. */
  private async fetchKeySet(keyId: string): Promise<KeyObject | undefined> {
    const issuer = 'bot-framework';
    const configuration = await this.get(issuer, this.options.botFrameworkUrl);
    if (configuration === undefined) throw new PublicKeysUnavailableError(issuer, 'there is no OpenID configuration');
    const { jwks_uri: address } = openIdConfiguration.parse(JSON.parse(configuration.toString('utf8')));
    // Keys that came over a connection that anybody can alter would prove nothing.
    if (new URL(address).protocol !== new URL(this.options.botFrameworkUrl).protocol) {
      throw new PublicKeysUnavailableError(issuer, 'the keys have another protocol than the configuration');
    }
    const document = await this.get(issuer, address);
    if (document === undefined) throw new PublicKeysUnavailableError(issuer, 'there is no key set');
    const { keys } = keySet.parse(JSON.parse(document.toString('utf8')));
    for (const { kid, kty, n, e } of keys) {
      this.remembered.set(`${issuer}/${kid}`, createPublicKey({ key: { kty, n, e }, format: 'jwk' }));
    }
    return this.remembered.get(`${issuer}/${keyId}`)?.key;
  }

  /** The body of a 200; `undefined` for a 404. */
  private async get(issuer: KeyIssuer, address: string): Promise<Buffer | undefined> {
    const { origin, pathname, search } = new URL(address);
    const result = await this.options.pools.send(origin, {
      method: 'GET',
      path: `${pathname}${search}`,
      headers: ['Accept', '*/*'],
      body: Buffer.alloc(0),
      timeoutMs: TIMEOUT_MS,
      maxResponseBytes: RESPONSE_MAX_BYTES,
    });
    if (result.kind === 'failure') throw new PublicKeysUnavailableError(issuer, result.failure);
    if (result.status === 404) return undefined;
    if (result.status !== 200) throw new PublicKeysUnavailableError(issuer, `status ${result.status}`);
    return result.body;
  }
}
