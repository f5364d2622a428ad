import type { Json } from '../arguments';
import { messageJson } from '../methods/chat.methods';
import { isTaken, payloadForm, sendToApp } from '../gateway-sender';
import type { AppAddress } from '../gateway-sender';
import type { SlackState } from '../slack-state';
import { actorJson } from './actor';
import type { Actor } from './actor';
import { findElement } from './find-element';

/** A click on a button, or a choice in a select, of a message. */
export interface Click extends Actor {
  readonly channel: string;
  readonly ts: string;
  readonly actionId: string;
  /** Absent: the first element with that action id. */
  readonly blockId?: string | undefined;
  /** Of a select. */
  readonly option?: Json | undefined;
}

const WARNING = 'This app did not answer in time. Try again, or ask who installed it.';

/**
 * Tells the app of a click, as Slack does; what was not answered is marked at the message.
 *
 * @returns the response URL's path, and whether the app took it
 * @throws {RangeError} when there is no such message or element
 */
export async function click(
  { state, app, origin }: { readonly state: SlackState; readonly app: AppAddress; readonly origin: string },
  given: Click,
): Promise<{ readonly isTaken: boolean; readonly responsePath: string }> {
  const { world } = state;
  const { teamId, userId, channel, ts } = given;
  const message = world.message(teamId, channel, ts);
  if (message === undefined) throw new RangeError(`there is no message ${ts} in ${channel}`);
  const found = findElement(message, given);
  if (found === undefined) throw new RangeError(`the message has no element ${given.actionId}`);
  const responsePath = state.responseUrls.issue('actions', { teamId, userId, channel, messageTs: ts });
  const { unfurl } = found;
  const payload = {
    type: 'block_actions',
    ...actorJson(state, given),
    container: {
      type: unfurl === undefined ? 'message' : 'message_attachment',
      message_ts: ts,
      channel_id: channel,
      is_ephemeral: message.visibleTo !== undefined,
      ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
      ...(unfurl === undefined ? {} : { is_app_unfurl: true, app_unfurl_url: unfurl.url }),
    },
    channel: { id: channel, name: world.channel(teamId, channel)?.name ?? '' },
    ...(unfurl === undefined ? { message: messageJson(message) } : { app_unfurl: unfurl }),
    state: { values: {} },
    response_url: `${origin}${responsePath}`,
    actions: [actionJson(found.element, found.blockId, given.option, world.nextTs())],
  };
  const answer = await sendToApp(app, 'action', payloadForm(payload));
  const now = world.message(teamId, channel, ts);
  if (now !== undefined) world.change(now, { warning: isTaken(answer) ? undefined : WARNING });
  return { isTaken: isTaken(answer), responsePath };
}

/** One entry of `actions`. */
export function actionJson(element: Json, blockId: string, option: Json | undefined, actionTs: string): Json {
  const { type, action_id: actionId, text, value } = element;
  return {
    type,
    action_id: actionId,
    block_id: blockId,
    action_ts: actionTs,
    ...(option === undefined ? { text, ...(value === undefined ? {} : { value }) } : { selected_option: option }),
  };
}
