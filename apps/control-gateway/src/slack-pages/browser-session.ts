import { Inject, Injectable } from '@nestjs/common';
import type { InboundRequest } from '@switchyard/parsers';
import { saying } from '@switchyard/slack';
import { SLACK_NAMING } from '../slack-identities/slack-naming';
import type { SlackNaming } from '../slack-identities/slack-naming';
import type { Answer } from '../edge/answer';
import { pageAnswer, redirectAnswer } from './page-answer';
import { ProductSessions } from './product-session';
import type { ProductUser } from './product-session';

/** Who is there, or what the browser is told instead. */
export type BrowserSession =
  { readonly kind: 'answer'; readonly answer: Answer } | { readonly kind: 'user'; readonly user: ProductUser };

const AGE_SECONDS = 600;
const NOT_SET_UP = saying(
  501,
  'Linking is not set up here',
  'Ask the people who run this: SWITCHYARD_PRODUCT_SIGN_IN_URL is missing.',
);
const NOT_SIGNED_IN = saying(403, 'Nobody is signed in', 'Open the link again and sign in.');

/**
 * Finds who sits before the browser: by a cookie, which holds what the product signed. Without one, the product is asked, and sends the
 * browser back with a session in the address; that goes into the cookie, and the address is cleaned.
 */
@Injectable()
export class BrowserSessions {
  constructor(
    private readonly sessions: ProductSessions,
    @Inject(SLACK_NAMING) private readonly naming: SlackNaming,
  ) {}

  async open(inbound: InboundRequest, pathAndQuery: string): Promise<BrowserSession> {
    const path = pathAndQuery.split('?')[0] ?? pathAndQuery;
    const { publicUrl } = this.naming;
    if (publicUrl === undefined) return { kind: 'answer', answer: pageAnswer(NOT_SET_UP) };
    const given = new URLSearchParams(pathAndQuery.slice(path.length + 1)).get('session') ?? undefined;
    if (given !== undefined && inbound.method === 'GET')
      return { kind: 'answer', answer: await this.keep(given, path) };
    const user = await this.sessions.read(cookieOf(inbound.header('cookie'), this.cookieName));
    if (user !== undefined) return { kind: 'user', user };
    if (inbound.method !== 'GET') return { kind: 'answer', answer: pageAnswer(NOT_SIGNED_IN) };
    const signIn = this.sessions.signInUrl(publicUrl + path);
    return { kind: 'answer', answer: signIn === undefined ? pageAnswer(NOT_SET_UP) : redirectAnswer(signIn) };
  }

  /** One that is not the product's is not kept: a redirect for it would go round and round. */
  private async keep(session: string, path: string): Promise<Answer> {
    if ((await this.sessions.read(session)) === undefined) return pageAnswer(NOT_SIGNED_IN);
    const secure = this.isSecure ? '; Secure' : '';
    const cookie = `${this.cookieName}=${session}; Path=/; Max-Age=${AGE_SECONDS}; HttpOnly; SameSite=Lax${secure}`;
    return redirectAnswer(path, cookie);
  }

  private get isSecure(): boolean {
    return this.naming.publicUrl?.startsWith('https:') === true;
  }

  private get cookieName(): string {
    return this.isSecure ? '__Host-swy-person' : 'swy-person';
  }
}

function cookieOf(header: string | undefined, name: string): string | undefined {
  const pair = (header ?? '').split('; ').find((each) => each.startsWith(`${name}=`));
  return pair?.slice(name.length + 1);
}
