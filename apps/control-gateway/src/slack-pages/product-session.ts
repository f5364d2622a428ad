import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';
import { jwtVerify } from 'jose';
import { z } from 'zod';
import type { ProductSessionSettings } from './product-session.settings';

/** DI token of the {@link ProductSessionSettings}. */
export const PRODUCT_SESSION_SETTINGS = Symbol('PRODUCT_SESSION_SETTINGS');

/** Somebody whom the product has signed in. */
export interface ProductUser {
  readonly userId: string;
  /** As the page shows the account. */
  readonly account: string;
  /** Organizations that they belong to. */
  readonly organizationIds: readonly string[];
}

const AUDIENCE = 'switchyard';
const TOKEN_CHARS = 8_192;
/** A session lives for as long as somebody reads a page. */
const AGE_MAX = '10m';

const id = z.union([z.string().regex(/^[1-9]\d{0,18}$/), z.int().positive().transform(String)]);
const claims = z.object({
  sub: id,
  email: z.string().max(254).optional(),
  organizations: z.array(id).max(1_000),
});

/** Reads what the product says of the person in the browser: a JWT that it signs with a shared key (slack.md §6.5). */
@Injectable()
export class ProductSessions {
  constructor(
    @Inject(PRODUCT_SESSION_SETTINGS) private readonly settings: ProductSessionSettings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Where somebody signs in; `undefined` when the product has told no way to. */
  signInUrl(next: string): string | undefined {
    const { signInUrl, sessionKey } = this.settings;
    if (signInUrl === undefined || sessionKey === undefined) return undefined;
    const url = new URL(signInUrl);
    url.searchParams.set('next', next);
    return url.href;
  }

  /** `undefined` for a session that is not the product's, or not any more. */
  async read(session: string | undefined): Promise<ProductUser | undefined> {
    const { sessionKey } = this.settings;
    if (sessionKey === undefined || session === undefined || session.length > TOKEN_CHARS) return undefined;
    try {
      const { payload } = await jwtVerify(session, sessionKey, {
        algorithms: ['HS256'],
        audience: AUDIENCE,
        requiredClaims: ['exp', 'iat', 'sub'],
        maxTokenAge: AGE_MAX,
        currentDate: new Date(this.clock.now()),
      });
      const { sub, email, organizations } = claims.parse(payload);
      return { userId: sub, account: email ?? `user ${sub}`, organizationIds: organizations };
    } catch {
      return undefined;
    }
  }
}
