import type { Arguments, Json } from './arguments';
import { Faults } from './faults';
import type { SlackReaction } from './faults';
import { METHODS } from './methods';
import { refuse } from './methods/method';
import type { Method } from './methods/method';
import type { SlackState } from './slack-state';
import type { StoredMessage } from './stored-message';
import type { SlackWorkspaceData } from './workspace';

/** How a call is answered over HTTP; `undefined` for a connection that breaks. */
export type ApiAnswer =
  { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: Json } | undefined;

/** What a spec sees of a post before it is taken. */
export type OfferedMessage = Pick<StoredMessage, 'channel' | 'fields' | 'text' | 'threadTs' | 'token'>;

/** Slack's Web API over the state. */
export class WebApi {
  readonly faults = new Faults();
  /** Asked for each post, before faults are; `ok` takes it. */
  react: (message: OfferedMessage, index: number) => SlackReaction = () => 'ok';
  /** Whether apps may read threads. */
  mayRead = true;
  /** Posts and edits that came, taken or not. */
  posts = 0;

  /** Answers of a spec's own, by method: asked before the method itself. */
  readonly answers = new Map<string, (given: Arguments) => Json>();

  constructor(private readonly state: SlackState) {}

  call(name: string, token: string, given: Arguments): ApiAnswer {
    const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
    if (method === undefined) return ok(refuse('unknown_method'));
    const workspace = this.state.world.ofToken(token);
    if (workspace === undefined) return ok(refuse(token === '' ? 'not_authed' : 'invalid_auth'));
    const reaction = this.reactionTo(name, token, given);
    if (reaction === 'cut') return undefined;
    if (typeof reaction === 'object') return answerOf(reaction);
    const answer = this.carryOut(name, method, workspace, given);
    return reaction === 'cut after taking' ? undefined : answer;
  }

  private reactionTo(name: string, token: string, given: Arguments): SlackReaction {
    const [channel, text] = [given.text('channel'), given.text('text')];
    const index = this.posts;
    if (name === 'chat.postMessage' || name === 'chat.update') this.posts += 1;
    if (name === 'chat.postMessage') {
      const threadTs = given.text('thread_ts') || undefined;
      const reaction = this.react({ token, channel, text, threadTs, fields: given.fields }, index);
      if (reaction !== 'ok') return reaction;
    }
    return this.faults.take(name, channel);
  }

  private carryOut(name: string, method: Method, workspace: SlackWorkspaceData, given: Arguments): ApiAnswer {
    const { scopes } = workspace;
    const isAllowed = method.scopes.length === 0 || method.scopes.some((scope) => scopes.includes(scope));
    if (!isAllowed || (name === 'conversations.replies' && !this.mayRead))
      return ok({ ...refuse('missing_scope'), needed: method.scopes.join(), provided: scopes.join() });
    const waitS = this.waitFor(name, workspace.teamId, given.text('channel'));
    if (waitS !== undefined) return answerOf({ status: 429, retryAfter: String(waitS) });
    const own = this.answers.get(name)?.(given);
    return ok(own ?? method.answer({ state: this.state, workspace, given }));
  }

  private waitFor(name: string, teamId: string, channel: string): number | undefined {
    if (name === 'chat.postMessage') return this.state.postLimit.take(`${teamId}/${channel}`);
    return name === 'views.open' ? this.state.viewLimit.take(teamId) : undefined;
  }
}

const ok = (body: Json): ApiAnswer => ({ status: 200, headers: {}, body });

function answerOf(reaction: Exclude<SlackReaction, string>): ApiAnswer {
  if ('error' in reaction) return ok(refuse(reaction.error));
  const { status, retryAfter } = reaction;
  const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
  return { status, headers, body: status === 429 ? refuse('ratelimited') : {} };
}
