import { randomBytes } from 'node:crypto';
import type { KeyRing } from '@switchyard/database';
import type { AppSecrets } from '../sending/webhook-request';

/** An old secret stays good for so long, so that receivers have time to change. */
export const ROTATION_OVERLAP_MS = 86_400_000;

/** What is sealed: secrets with the end of their time, the current one first. */
interface StoredSecrets {
  readonly client: readonly { readonly secret: string; readonly until: number | null }[];
  readonly standard: readonly { readonly secret: string; readonly until: number | null }[];
}

/** Makes, rotates and opens the secrets of apps; they are sealed for their app only. */
export class AppSecretBox {
  constructor(private readonly keys: KeyRing) {}

  create(appUuid: string): { readonly sealed: Buffer; readonly shown: AppSecrets } {
    const fresh = makeSecrets();
    return { sealed: this.seal(appUuid, fresh), shown: open(fresh, 0) };
  }

  /** The old ones stay good for {@link ROTATION_OVERLAP_MS}; older ones end now. */
  rotate(appUuid: string, sealed: Buffer, nowMs: number): { readonly sealed: Buffer; readonly shown: AppSecrets } {
    const before = this.read(appUuid, sealed);
    const until = nowMs + ROTATION_OVERLAP_MS;
    const fresh = makeSecrets();
    const rotated = {
      client: [...fresh.client, ...before.client.slice(0, 1).map(({ secret }) => ({ secret, until }))],
      standard: [...fresh.standard, ...before.standard.slice(0, 1).map(({ secret }) => ({ secret, until }))],
    };
    return { sealed: this.seal(appUuid, rotated), shown: open(rotated, nowMs) };
  }

  /** @throws SealedDataError when they were altered or their key is gone */
  open(appUuid: string, sealed: Buffer, nowMs: number): AppSecrets {
    return open(this.read(appUuid, sealed), nowMs);
  }

  private read(appUuid: string, sealed: Buffer): StoredSecrets {
    return JSON.parse(this.keys.open(sealed, contextOf(appUuid)).toString('utf8')) as StoredSecrets;
  }

  private seal(appUuid: string, secrets: StoredSecrets): Buffer {
    return this.keys.seal(Buffer.from(JSON.stringify(secrets)), contextOf(appUuid));
  }
}

const contextOf = (appUuid: string): string => `app:${appUuid}`;

function makeSecrets(): StoredSecrets {
  return {
    client: [{ secret: randomBytes(32).toString('hex'), until: null }],
    standard: [{ secret: `whsec_${randomBytes(32).toString('base64')}`, until: null }],
  };
}

function open({ client, standard }: StoredSecrets, nowMs: number): AppSecrets {
  const live = (list: StoredSecrets['client']): string[] =>
    list.filter(({ until }) => until === null || until > nowMs).map(({ secret }) => secret);
  const [current = '', previous] = live(client);
  return { client: current, previousClient: previous, standard: live(standard) };
}
