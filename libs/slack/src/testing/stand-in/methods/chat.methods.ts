import { isObject } from '../arguments';
import type { Json } from '../arguments';
import { findBlockMistakes } from '../rules/block-rules';
import type { StoredMessage } from '../stored-message';
import { readContent } from './message-content';
import { refuse } from './method';
import type { Call, Method } from './method';

const UNFURLS_MAX = 20;

function postMessage({ state: { world }, workspace, given }: Call): Json {
  const { teamId, botToken, botUserId } = workspace;
  const channel = world.channel(teamId, given.text('channel'));
  if (channel === undefined) return refuse('channel_not_found');
  if (channel.isArchived === true) return refuse('is_archived');
  if (channel.isPrivate === true) return refuse('not_in_channel');
  const content = readContent(given);
  if ('refusal' in content) return content.refusal;
  const threadTs = given.text('thread_ts') || undefined;
  const parent = threadTs === undefined ? undefined : world.message(teamId, channel.id, threadTs);
  if (threadTs !== undefined && parent === undefined) return refuse('thread_not_found');
  if (parent?.threadTs !== undefined && parent.threadTs !== parent.ts) return refuse('cannot_reply_to_message');
  const message = world.post({
    ...content,
    ...{ token: botToken, channel: channel.id, threadTs, fields: given.fields, teamId, authorId: botUserId },
    ...{ isBroadcast: given.flag('reply_broadcast'), isEdited: false, unfurls: [] },
    ...{ visibleTo: undefined, warning: undefined },
  });
  return { ok: true, channel: channel.id, ts: message.ts, message: messageJson(message) };
}

/** Finds a message of the app's own. */
function findOwn({ state: { world }, workspace, given }: Call, notOwn: string): StoredMessage | Json {
  const channel = world.channel(workspace.teamId, given.text('channel'));
  if (channel === undefined) return refuse('channel_not_found');
  const message = world.message(workspace.teamId, channel.id, given.text('ts'));
  if (message === undefined || message.visibleTo !== undefined) return refuse('message_not_found');
  return message.token === workspace.botToken ? message : refuse(notOwn);
}

const isMessage = (found: StoredMessage | Json): found is StoredMessage => !('ok' in found);

function update(call: Call): Json {
  const { state, given } = call;
  const message = findOwn(call, 'cant_update_message');
  if (!isMessage(message)) return message;
  // Blocks that are not named stay, unless there is a text in their place.
  const hasBlocks = given.json('blocks') !== undefined;
  const content = readContent(given);
  if ('refusal' in content) return content.refusal;
  const blocks = hasBlocks || content.text !== '' ? content.blocks : message.blocks;
  const metadata = content.metadata ?? message.metadata;
  const { text } = content;
  const changed = state.world.change(message, { text, blocks, metadata, fields: given.fields, isEdited: true });
  return { ok: true, channel: changed.channel, ts: changed.ts, text: changed.text };
}

function remove(call: Call): Json {
  const message = findOwn(call, 'cant_delete_message');
  if (!isMessage(message)) return message;
  call.state.world.remove(message);
  return { ok: true, channel: message.channel, ts: message.ts };
}

function unfurl({ state: { world }, workspace, given }: Call): Json {
  const channel = world.channel(workspace.teamId, given.text('channel'));
  if (channel === undefined) return refuse('cannot_find_channel');
  const message = world.message(workspace.teamId, channel.id, given.text('ts'));
  if (message === undefined) return refuse('cannot_find_message');
  const unfurls = given.json('unfurls');
  if (unfurls === undefined) return refuse('missing_unfurls');
  const entries = isObject(unfurls) ? Object.entries(unfurls) : [];
  if (entries.length === 0 || entries.length > UNFURLS_MAX) return refuse('invalid_unfurls_format');
  const shown = entries.map(([url, content]) => ({ url, blocks: isObject(content) ? content['blocks'] : undefined }));
  const mistakes = shown.flatMap(({ blocks }) => findBlockMistakes(blocks, 'message'));
  if (mistakes.length > 0) return refuse('invalid_blocks', mistakes);
  const escaped = message.text.replaceAll('&amp;', '&');
  if (!shown.every(({ url }) => message.text.includes(url) || escaped.includes(url.replaceAll('&amp;', '&'))))
    return refuse('cannot_unfurl_url');
  world.change(message, { unfurls: shown as StoredMessage['unfurls'] });
  return { ok: true };
}

/** A message as Slack shows it to apps. */
export function messageJson(message: StoredMessage): Json {
  const { ts, text, blocks, threadTs, metadata, authorId } = message;
  return {
    type: 'message',
    user: authorId,
    ...(message.token === '' ? {} : { bot_id: `B${authorId.slice(1)}` }),
    ts,
    text,
    ...(blocks.length === 0 ? {} : { blocks }),
    ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}

/** `chat.*` */
export const chatMethods: Readonly<Record<string, Method>> = {
  'chat.postMessage': { scopes: ['chat:write'], answer: postMessage },
  'chat.update': { scopes: ['chat:write'], answer: update },
  'chat.delete': { scopes: ['chat:write'], answer: remove },
  'chat.unfurl': { scopes: ['links:write'], answer: unfurl },
};
