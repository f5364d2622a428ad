import { isObject, parseJson } from './arguments';
import type { Json } from './arguments';
import { findBlockMistakes } from './rules/block-rules';
import type { ResponseUrl } from './response-urls';
import type { SlackState } from './slack-state';
import type { StoredMessage } from './stored-message';

const isTrue = (value: unknown): boolean => value === true || value === 'true';

/** Takes a post to a response URL, and says what Slack says: `ok`, or an error word with a status. */
export function takeResponse(state: SlackState, path: string, body: string): { status: number; word: string } {
  const outcome = judge(state, path, parseJson(body));
  state.responseUrls.note({ path, body, outcome: outcome.word });
  return outcome;
}

function judge(state: SlackState, path: string, message: unknown): { status: number; word: string } {
  const target = state.responseUrls.find(path);
  if ('error' in target) return { status: 404, word: target.error };
  if (!isObject(message)) return { status: 400, word: 'invalid_payload' };
  const mistake = isTrue(message['delete_original']) ? undefined : mistakeOf(message);
  if (mistake !== undefined) return { status: 400, word: mistake };
  state.responseUrls.use(path);
  showAnswer(state, target, message);
  return { status: 200, word: 'ok' };
}

/** Why Slack would not show a message; `undefined` when it would. */
export function mistakeOf(message: Json): string | undefined {
  const { text, blocks } = message;
  if (findBlockMistakes(blocks ?? [], 'message').length > 0) return 'invalid_blocks';
  const isEmpty = (typeof text !== 'string' || text === '') && (!Array.isArray(blocks) || blocks.length === 0);
  return isEmpty ? 'no_text' : undefined;
}

/** Shows what an app answered to a click or a command: in the place of the message, beside it, or to one person alone. */
export function showAnswer({ world }: SlackState, target: ResponseUrl, answer: Json): void {
  const { teamId, channel, messageTs, userId } = target;
  const original = messageTs === undefined ? undefined : world.message(teamId, channel, messageTs);
  if (isTrue(answer['delete_original'])) return void (original !== undefined && world.remove(original));
  const content = {
    text: typeof answer['text'] === 'string' ? answer['text'] : '',
    blocks: (answer['blocks'] ?? []) as readonly Json[],
  };
  if (isTrue(answer['replace_original']) && original !== undefined)
    return void world.change(original, { ...content, isEdited: true, warning: undefined });
  const isForAll = answer['response_type'] === 'in_channel';
  world.post({
    ...appMessage(world.find(teamId)?.botUserId ?? '', world.find(teamId)?.botToken ?? '', target),
    ...content,
    threadTs: typeof answer['thread_ts'] === 'string' ? answer['thread_ts'] : original?.threadTs,
    visibleTo: isForAll ? undefined : userId,
  });
}

function appMessage(authorId: string, token: string, { teamId, channel }: ResponseUrl): Omit<StoredMessage, 'ts'> {
  return {
    ...{ token, channel, teamId, authorId, text: '', blocks: [], fields: {}, threadTs: undefined, metadata: undefined },
    ...{ isBroadcast: false, isEdited: false, visibleTo: undefined, warning: undefined, unfurls: [] },
  };
}
