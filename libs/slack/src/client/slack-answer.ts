/** How a call of Slack's Web API ended. */
export type SlackAnswer =
  | { readonly kind: 'error'; readonly error: string; readonly status: number; readonly retryAfterS?: number }
  | { readonly kind: 'no_answer'; readonly wasSent: boolean; readonly detail: string }
  | { readonly kind: 'ok'; readonly ts: string | undefined };

/** What an answer means for a message that is to be posted (slack.md §9.2). */
export type AnswerClass =
  /** It is there. */
  | 'sent'
  /** Not now; it costs no attempt. */
  | 'parked'
  /** Again later. */
  | 'transient'
  /** It may be there: look, and never post blindly again. */
  | 'unknown'
  /** Never again below this parent. */
  | 'parent_gone'
  /** Never again in this workspace. */
  | 'workspace_gone'
  /** Our own fault: once more, as plain text. */
  | 'malformed'
  /** Not this message; others may go. */
  | 'refused';

const PARKED = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded']);
const TRANSIENT = new Set(['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout']);
const PARENT_GONE = new Set([
  'channel_not_found',
  'not_in_channel',
  'is_archived',
  'thread_not_found',
  'cannot_reply_to_message',
]);
const WORKSPACE_GONE = new Set([
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'missing_scope',
  'org_login_required',
]);
const MALFORMED = new Set(['invalid_blocks', 'msg_too_long', 'msg_blocks_too_long', 'no_text']);

/** Judges an answer; pure. */
export function classOf(answer: SlackAnswer): AnswerClass {
  if (answer.kind === 'ok') return 'sent';
  if (answer.kind === 'no_answer') return answer.wasSent ? 'unknown' : 'transient';
  const { error, status } = answer;
  if (status === 429 || PARKED.has(error)) return 'parked';
  if (status >= 500 || TRANSIENT.has(error)) return 'transient';
  if (PARENT_GONE.has(error) || error.startsWith('restricted_action')) return 'parent_gone';
  if (WORKSPACE_GONE.has(error)) return 'workspace_gone';
  return MALFORMED.has(error) ? 'malformed' : 'refused';
}
