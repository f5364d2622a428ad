import { randomBytes } from 'node:crypto';
import { isObject, parseJson } from '../arguments';
import { isTaken, sendToApp } from '../gateway-sender';
import type { AppAddress } from '../gateway-sender';
import { mistakeOf, showAnswer } from '../show-answer';
import type { SlackState } from '../slack-state';
import { APP_ID, workspaceOf } from './actor';
import type { Actor } from './actor';
import type { EventSender } from './event-sender';

const TEXT_CHARS = 4_000;

/** Something that somebody types into a channel. */
export interface Typed extends Actor {
  readonly channel: string;
  readonly text: string;
  readonly threadTs?: string | undefined;
}

/** What typing needs. */
export interface Room {
  readonly state: SlackState;
  readonly app: AppAddress;
  readonly origin: string;
  readonly events: EventSender;
}

/**
 * A slash command goes to the app, everything else into the channel, with the events that Slack sends for it.
 *
 * @throws {RangeError} when there is no such channel
 */
export async function say(room: Room, typed: Typed): Promise<{ readonly responsePath?: string; readonly ts?: string }> {
  if (room.state.world.channel(typed.teamId, typed.channel) === undefined)
    throw new RangeError(`there is no channel ${typed.channel}`);
  return typed.text.startsWith('/') ? await command(room, typed) : post(room, typed);
}

async function command({ state, app, origin }: Room, typed: Typed): Promise<{ readonly responsePath: string }> {
  const { teamId, userId, channel, text } = typed;
  const [word = '', ...rest] = text.trim().split(/\s+/);
  const responsePath = state.responseUrls.issue('commands', { teamId, userId, channel });
  const isDirect = channel.startsWith('D');
  const answer = await sendToApp(
    app,
    'commands',
    new URLSearchParams({
      token: 'deprecated',
      team_id: teamId,
      team_domain: workspaceOf(state, teamId).domain,
      channel_id: channel,
      channel_name: isDirect ? 'directmessage' : (state.world.channel(teamId, channel)?.name ?? ''),
      user_id: userId,
      user_name: (state.world.person(teamId, userId)?.name ?? userId).toLowerCase(),
      command: word,
      text: rest.join(' '),
      api_app_id: APP_ID,
      is_enterprise_install: 'false',
      response_url: `${origin}${responsePath}`,
      trigger_id: state.triggers.issue(teamId, userId),
    }).toString(),
  );
  const target = { teamId, userId, channel };
  if (!isTaken(answer))
    showAnswer(state, target, { text: `${word} failed because the app did not respond (operation_timeout).` });
  else if (answer.text.trim() !== '') {
    const parsed = parseJson(answer.text);
    const message = isObject(parsed) ? parsed : { text: answer.text };
    const mistake = mistakeOf(message);
    showAnswer(
      state,
      target,
      mistake === undefined ? message : { text: `${word} failed with the error "${mistake}".` },
    );
  }
  return { responsePath };
}

function post({ state, events }: Room, { teamId, userId, channel, text, threadTs }: Typed): { readonly ts: string } {
  const written = text
    .slice(0, TEXT_CHARS)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/https?:\/\/[^\s]+/g, (url) => `<${url}>`);
  const { ts } = state.world.post({
    ...{ token: '', channel, teamId, authorId: userId, text: written, blocks: [], fields: {}, threadTs },
    ...{ metadata: undefined, isBroadcast: false, isEdited: false, visibleTo: undefined, warning: undefined },
    unfurls: [],
  });
  const links = [...written.matchAll(/<(https?:\/\/[^>]+)>/g)].map(([, url = '']) => ({
    domain: new URL(url.replaceAll('&amp;', '&')).hostname,
    url,
  }));
  const send = (event: object): void => events.send(teamId, event);
  if (channel.startsWith('D')) send({ type: 'message', channel_type: 'im', channel, user: userId, text: written, ts });
  if (links.length > 0)
    send({
      ...{ type: 'link_shared', channel, user: userId, message_ts: ts, links },
      ...{ unfurl_id: `${channel}.${ts}.${randomBytes(8).toString('hex')}`, source: 'conversations_history' },
    });
  return { ts };
}
