import type { Json } from '../arguments';
import { messageJson } from './chat.methods';
import { refuse } from './method';
import type { Call, Method } from './method';

const PAGE_MAX = 1_000;

function test({ workspace: { teamId, name, domain, botUserId } }: Call): Json {
  const url = `https://${domain}.slack.com/`;
  return { ok: true, url, team: name, team_id: teamId, user: 'switchyard', user_id: botUserId, bot_id: 'B0BOT' };
}

function replies({ state: { world }, workspace: { teamId }, given }: Call): Json {
  const channel = world.channel(teamId, given.text('channel'));
  if (channel === undefined) return refuse('channel_not_found');
  const ts = given.text('ts');
  const thread = world.messages.filter(
    (one) => one.teamId === teamId && one.channel === channel.id && (one.ts === ts || one.threadTs === ts),
  );
  if (thread.length === 0) return refuse('thread_not_found');
  const limit = Math.min(Number(given.text('limit')) || PAGE_MAX, PAGE_MAX);
  const seen = thread.filter(({ visibleTo }) => visibleTo === undefined);
  const shown = seen.slice(0, limit).map(messageJson);
  const messages = given.flag('include_all_metadata') ? shown : shown.map(({ metadata: _hidden, ...rest }) => rest);
  return { ok: true, messages, has_more: seen.length > limit };
}

function channelInfo({ state: { world }, workspace: { teamId }, given }: Call): Json {
  const channel = world.channel(teamId, given.text('channel'));
  if (channel === undefined) return refuse('channel_not_found');
  const { id, name, isArchived = false, isPrivate = false } = channel;
  const isDirect = id.startsWith('D');
  return {
    ok: true,
    channel: { id, name, is_archived: isArchived, is_private: isPrivate, is_im: isDirect, is_channel: !isDirect },
  };
}

function userInfo({ state: { world }, workspace: { teamId }, given }: Call): Json {
  const person = world.person(teamId, given.text('user'));
  if (person === undefined) return refuse('user_not_found');
  const { id, name, email } = person;
  const profile = { real_name: name, display_name: name, ...(email === undefined ? {} : { email }) };
  return { ok: true, user: { id, team_id: teamId, name: name.toLowerCase(), real_name: name, profile, is_bot: false } };
}

function teamInfo({ workspace: { teamId, name, domain } }: Call): Json {
  return { ok: true, team: { id: teamId, name, domain } };
}

/** What only reads. */
export const lookupMethods: Readonly<Record<string, Method>> = {
  'auth.test': { scopes: [], answer: test },
  'conversations.replies': { scopes: ['channels:history'], answer: replies },
  'conversations.info': { scopes: ['channels:read', 'groups:read', 'im:read'], answer: channelInfo },
  'users.info': { scopes: ['users:read'], answer: userInfo },
  'team.info': { scopes: ['team:read'], answer: teamInfo },
};
