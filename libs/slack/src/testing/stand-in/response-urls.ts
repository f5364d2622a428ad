import type { Clock } from '@switchyard/primitives';
import { randomBytes } from 'node:crypto';

/** Spec: slack.md Appendix A. */
const USES = 5;
const LIFE_MS = 30 * 60_000;
const KEPT_MAX = 2_000;
const POSTS_MAX = 1_000;

/** What a response URL belongs to. */
export interface ResponseUrl {
  readonly teamId: string;
  readonly channel: string;
  readonly userId: string;
  /** The message that was clicked; none for commands. */
  readonly messageTs?: string | undefined;
}

/** Something that was posted to a response URL, or to an address that looks like one. */
export interface ResponsePost {
  readonly path: string;
  readonly body: string;
  /** `ok`, or why it was refused. */
  readonly outcome: string;
}

/** Response URLs, and all that came to them. */
export class ResponseUrls {
  readonly posts: ResponsePost[] = [];
  private readonly issued = new Map<string, ResponseUrl & { readonly issuedAt: number; readonly uses: number }>();

  constructor(private readonly clock: Clock) {}

  /** @returns path and query below the stand-in's origin */
  issue(kind: 'actions' | 'commands', target: ResponseUrl): string {
    const path = `/${kind}/${target.teamId}/${this.issued.size + 1}/${randomBytes(12).toString('hex')}`;
    this.issued.set(path, { ...target, issuedAt: this.clock.now(), uses: 0 });
    const [oldest] = this.issued.keys();
    if (this.issued.size > KEPT_MAX && oldest !== undefined) this.issued.delete(oldest);
    return path;
  }

  /** What is meant, or Slack's word for why not. */
  find(path: string): ResponseUrl | { readonly error: string } {
    const url = this.issued.get(path);
    if (url === undefined) return { error: 'invalid_url' };
    if (this.clock.now() - url.issuedAt > LIFE_MS) return { error: 'expired_url' };
    return url.uses >= USES ? { error: 'used_url' } : url;
  }

  /** Counts a use. */
  use(path: string): void {
    const url = this.issued.get(path);
    if (url !== undefined) this.issued.set(path, { ...url, uses: url.uses + 1 });
  }

  expire(): void {
    for (const [path, url] of this.issued) this.issued.set(path, { ...url, issuedAt: Number.NEGATIVE_INFINITY });
  }

  note(post: ResponsePost): void {
    this.posts.push(post);
    if (this.posts.length > POSTS_MAX) this.posts.shift();
  }
}
