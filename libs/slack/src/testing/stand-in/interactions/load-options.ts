import { isObject, parseJson } from '../arguments';
import type { Json } from '../arguments';
import { messageJson } from '../methods/chat.methods';
import { isTaken, payloadForm, sendToApp } from '../gateway-sender';
import type { AppAddress } from '../gateway-sender';
import { checkGroups, checkOptions } from '../rules/element-rules';
import type { SlackState } from '../slack-state';
import { actorJson } from './actor';
import type { Actor } from './actor';
import { findElement } from './find-element';

/** What somebody types into a select whose options the app knows. */
export interface OptionSearch extends Actor {
  readonly channel: string;
  readonly ts: string;
  readonly actionId: string;
  readonly blockId?: string | undefined;
  readonly query: string;
}

/** Options under their labels; `trouble` is why there are none. */
export interface LoadedOptions {
  readonly groups: readonly { readonly label: string; readonly options: readonly Json[] }[];
  readonly trouble?: string;
}

/**
 * Asks the app for the options of a select. Slack refuses the whole list when one option is wrong.
 *
 * @throws {RangeError} when there is no such message or element
 */
export async function loadOptions(state: SlackState, app: AppAddress, search: OptionSearch): Promise<LoadedOptions> {
  const { teamId, channel, ts, actionId, query } = search;
  const message = state.world.message(teamId, channel, ts);
  const found = message === undefined ? undefined : findElement(message, search);
  if (message === undefined || found === undefined) throw new RangeError(`there is no select ${actionId} at ${ts}`);
  const { unfurl } = found;
  const payload = {
    type: 'block_suggestion',
    ...actorJson(state, search),
    container: {
      type: unfurl === undefined ? 'message' : 'message_attachment',
      message_ts: ts,
      channel_id: channel,
      ...(unfurl === undefined ? {} : { is_app_unfurl: true, app_unfurl_url: unfurl.url }),
    },
    channel: { id: channel, name: state.world.channel(teamId, channel)?.name ?? '' },
    ...(unfurl === undefined ? { message: messageJson(message) } : { app_unfurl: unfurl }),
    action_id: actionId,
    block_id: found.blockId,
    value: query,
  };
  const answer = await sendToApp(app, 'options-load', payloadForm(payload));
  if (!isTaken(answer)) return { groups: [], trouble: 'The app did not answer.' };
  return readOptions(parseJson(answer.text));
}

function readOptions(answer: unknown): LoadedOptions {
  if (!isObject(answer)) return { groups: [], trouble: 'The answer of the app is no list.' };
  const mistakes: string[] = [];
  const complain = (what: string, where: string): void => void mistakes.push(`${what} (${where})`);
  const { options, option_groups: groups } = answer;
  if (groups === undefined) checkOptions(options, '/options', complain, 0);
  else checkGroups(groups, '/option_groups', complain, 0);
  if (mistakes.length > 0) return { groups: [], trouble: `Slack refuses this list: ${mistakes[0]}` };
  if (groups === undefined) return { groups: [{ label: '', options: options as readonly Json[] }] };
  return {
    groups: (groups as readonly Json[]).map((group) => ({
      label: String((group['label'] as Json)['text']),
      options: group['options'] as readonly Json[],
    })),
  };
}
