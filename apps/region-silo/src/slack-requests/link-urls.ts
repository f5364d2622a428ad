import { Inject, Injectable } from '@nestjs/common';
import { LinkTokens } from '@switchyard/slack';
import type { LinkFacts } from '@switchyard/slack';

/** DI token of the address at which people reach the gateway; `undefined` where it is not told. */
export const PUBLIC_URL = Symbol('PUBLIC_URL');

const PATHS = {
  link_identity: 'link-identity',
  unlink_identity: 'unlink-identity',
  link_team: 'link-team',
  unlink_team: 'unlink-team',
} as const;

/** Addresses of linking pages, each good for an hour (slack.md §6.5). */
@Injectable()
export class LinkUrls {
  constructor(
    private readonly tokens: LinkTokens,
    @Inject(PUBLIC_URL) private readonly publicUrl: string | undefined,
  ) {}

  /** `undefined` when nobody told where the gateway is. */
  of(purpose: keyof typeof PATHS, facts: LinkFacts): string | undefined {
    if (this.publicUrl === undefined) return undefined;
    const base = this.publicUrl.replace(/\/$/, '');
    return `${base}/extensions/slack/${PATHS[purpose]}/${this.tokens.issue(purpose, facts)}/`;
  }
}
