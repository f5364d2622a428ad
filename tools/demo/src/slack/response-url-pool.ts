import type { PostedAnswer, SlackControl, Somebody } from './slack-control';

const EACH = 20;
const KINDS = ['actions', 'commands'] as const;

/** Response URLs of the stand-in, issued in advance; and what was posted to them, as far as {@link refresh} has seen. */
export class ResponseUrlPool {
  posted: readonly PostedAnswer[] = [];
  private readonly paths: ReadonlySet<string>;

  private constructor(
    private readonly control: SlackControl,
    private readonly free: Readonly<Record<(typeof KINDS)[number], { url: string; path: string }[]>>,
  ) {
    this.paths = new Set(KINDS.flatMap((kind) => free[kind].map(({ path }) => path)));
  }

  static async fill(control: SlackControl, target: Somebody & { readonly channel: string }): Promise<ResponseUrlPool> {
    const [actions, commands] = await Promise.all(
      KINDS.map((kind) => Promise.all(Array.from({ length: EACH }, () => control.issueResponseUrl(kind, target)))),
    );
    return new ResponseUrlPool(control, { actions: actions ?? [], commands: commands ?? [] });
  }

  /** @throws RangeError when there are none left */
  take(kind: (typeof KINDS)[number]): { readonly token: string; readonly url: string } {
    const next = this.free[kind].pop();
    if (next === undefined) throw new RangeError(`more than ${EACH} response URLs for ${kind} are needed`);
    return { token: next.path.split('/').at(-1) ?? '', url: next.url };
  }

  async refresh(): Promise<void> {
    this.posted = (await this.control.responsePosts()).filter(({ path }) => this.paths.has(path));
  }

  /** Answers posted for a token. */
  of(token: string): readonly PostedAnswer[] {
    return this.posted.filter(({ path }) => path.endsWith(`/${token}`));
  }
}
