import type { Arguments, Json } from '../arguments';
import type { SlackState } from '../slack-state';
import type { SlackWorkspaceData } from '../workspace';

/** One call of the Web API, by an app whose token is good. */
export interface Call {
  readonly state: SlackState;
  readonly workspace: SlackWorkspaceData;
  readonly given: Arguments;
}

/** A method of the Web API. */
export interface Method {
  /** Any one of them will do; none is needed when it is empty. */
  readonly scopes: readonly string[];
  answer(call: Call): Json;
}

/** A refusal in Slack's words. */
export function refuse(error: string, messages: readonly string[] = []): Json {
  return { ok: false, error, ...(messages.length === 0 ? {} : { response_metadata: { messages } }) };
}
