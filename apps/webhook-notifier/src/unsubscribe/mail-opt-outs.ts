import { Inject, Injectable } from '@nestjs/common';
import { KeyRing, PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { z } from 'zod';
import { WEBHOOK_SETTINGS } from '../webhook.settings';
import type { WebhookSettings } from '../webhook.settings';

/** Path of the one-click address; the token follows. */
export const UNSUBSCRIBE_PATH = '/mail/unsubscribe/';

const CONTEXT = 'mail-opt-out';
/** A sealed address of 254 characters, as base64url. */
const TOKEN = /^[A-Za-z0-9_-]{1,800}$/;

const optOut = z.strictObject({ organizationId: z.string(), email: z.string(), kind: z.string() });

/** Somebody who does not want a kind of mail about the apps of an organization. */
export type MailOptOut = z.output<typeof optOut>;

/**
 * One-click unsubscribing (RFC 8058): the address in a mail holds, sealed, whose wish it is; whoever has the mail may say it, and
 * nobody else.
 */
@Injectable()
export class MailOptOuts {
  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    private readonly keys: KeyRing,
    @Inject(WEBHOOK_SETTINGS) private readonly settings: WebhookSettings,
  ) {}

  /** `undefined` where mail readers have no way to this app. */
  urlFor(wish: MailOptOut): string | undefined {
    const { publicUrl } = this.settings;
    if (publicUrl === undefined) return undefined;
    const token = this.keys.seal(Buffer.from(JSON.stringify(wish)), CONTEXT).toString('base64url');
    return `${publicUrl.replace(/\/$/, '')}${UNSUBSCRIBE_PATH}${token}`;
  }

  /** What a token says; `undefined` for one that is not ours. */
  read(token: string): MailOptOut | undefined {
    if (!TOKEN.test(token)) return undefined;
    try {
      const plain = this.keys.open(Buffer.from(token, 'base64url'), CONTEXT);
      return optOut.parse(JSON.parse(plain.toString('utf8')));
    } catch {
      return undefined;
    }
  }

  /** Idempotent. */
  async add({ organizationId, email, kind }: MailOptOut): Promise<void> {
    await this.pool.query(
      'INSERT INTO mail_opt_out (organization_id, email, kind) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      [organizationId, email, kind],
    );
  }
}
