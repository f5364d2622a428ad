import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '@switchyard/primitives';
import type { SigningKey, SigningKeys } from '@switchyard/silo';
import { z } from 'zod';

/** What a linking page is for; a link for one opens no other (spec: slack.md §6.5). */
export type LinkPurpose = 'link_identity' | 'link_team' | 'unlink_identity' | 'unlink_team';

/** How long a link opens its page. */
export const LINK_SECONDS = 3_600;
/** Far above what the facts need. */
const TOKEN_CHARS = 2_000;
/** Clocks of silos differ a little. */
const AHEAD_SECONDS = 60;
const NONCE_BYTES = 16;

const slackId = z.string().regex(/^[A-Za-z0-9]{1,64}$/);
const digits = z.string().regex(/^[1-9]\d{0,18}$/);

const factsSchema = z.strictObject({
  integrationId: digits,
  teamId: slackId,
  slackUserId: slackId,
  channelId: slackId.optional(),
  /** Team pages: the region that made the link, and the organization. */
  region: z
    .string()
    .regex(/^[a-z0-9-]{1,48}$/)
    .optional(),
  organizationId: digits.optional(),
});

const payloadSchema = factsSchema.extend({
  k: z.string().min(1).max(32),
  at: z.int().nonnegative(),
  nonce: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
});

/** Whom and what a link is about. The response URL is not in it: it is a secret of the sender. */
export type LinkFacts = Readonly<z.infer<typeof factsSchema>>;

/** What a token turned out to be. `nonce` tells one link from another, for pages that work once. */
export type LinkVerdict =
  | { readonly kind: 'bad' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'ok'; readonly facts: LinkFacts; readonly nonce: string };

/** Makes and reads the value in the addresses of linking pages. Control and regions share the keys, so either reads the other's. */
export class LinkTokens {
  constructor(
    private readonly keys: SigningKeys,
    private readonly clock: Clock,
  ) {}

  /** URL-safe, without padding: `payload.mac`. */
  issue(purpose: LinkPurpose, facts: LinkFacts): string {
    const { id } = this.keys.current;
    const nonce = randomBytes(NONCE_BYTES).toString('base64url');
    const payload = { ...facts, k: id, at: Math.floor(this.clock.now() / 1000), nonce };
    const text = Buffer.from(JSON.stringify(payload)).toString('base64url');
    return `${text}.${macOf(this.keys.current, purpose, text)}`;
  }

  /** Checks the mac before anything of the payload is used but the key's id. */
  read(purpose: LinkPurpose, token: string): LinkVerdict {
    const [text = '', mac = '', ...more] = token.length > TOKEN_CHARS ? [] : token.split('.');
    const payload = payloadSchema.safeParse(parse(text)).data;
    const key = this.keys.all.find(({ id }) => id === payload?.k);
    if (payload === undefined || key === undefined || more.length > 0) return { kind: 'bad' };
    if (!isSame(mac, macOf(key, purpose, text))) return { kind: 'bad' };
    const { at, nonce, k: _key, ...facts } = payload;
    const age = Math.floor(this.clock.now() / 1000) - at;
    return age > LINK_SECONDS || age < -AHEAD_SECONDS ? { kind: 'expired' } : { kind: 'ok', facts, nonce };
  }
}

/** Another key for each purpose, and none that signs anything else. */
function macOf({ key }: SigningKey, purpose: LinkPurpose, text: string): string {
  const derived = createHmac('sha256', key).update(`switchyard slack page ${purpose}`).digest();
  return createHmac('sha256', derived).update(text).digest('base64url');
}

function isSame(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
