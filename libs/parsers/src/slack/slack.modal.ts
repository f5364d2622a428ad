import { isJsonObject, parseJsonObject } from '../contract';
import type { JsonObject, OpenedDialog } from '../contract';
import type { SlackWorkspace } from './slack.request';

/** Slack's limit of `private_metadata`. */
const METADATA_MAX = 3_000;
const ID_MAX = 255;

/** Buttons that open a dialog, by their action ids. */
const DIALOGS: Readonly<Record<string, string>> = { resolve_dialog: 'resolve', archive_dialog: 'archive' };

/** Where the answer to a submitted modal goes: the response URL of the click that opened it (slack.md §7.6). */
export function originalUrl(view: unknown): string | undefined {
  const metadata = isJsonObject(view) ? view['private_metadata'] : undefined;
  if (typeof metadata !== 'string' || metadata.length > METADATA_MAX) return undefined;
  const url = parseJsonObject(metadata)?.['orig_response_url'];
  return typeof url === 'string' && url !== '' ? url : undefined;
}

/** The dialog that a click opens, under the id by which a region finds it (slack.md §5.5). */
export function openedDialog(data: JsonObject, { teamId }: SlackWorkspace): OpenedDialog | undefined {
  const actions = Array.isArray(data['actions']) ? (data['actions'] as readonly unknown[]) : [];
  const [first] = actions;
  if (!isJsonObject(first) || teamId === undefined) return undefined;
  const { action_id: actionId, action_ts: actionTs } = first;
  const triggerId = data['trigger_id'];
  if (typeof actionId !== 'string' || typeof actionTs !== 'string' || typeof triggerId !== 'string') return undefined;
  const name = actionId.split('::')[0] ?? '';
  if (!Object.hasOwn(DIALOGS, name) || triggerId.length > ID_MAX) return undefined;
  return { name: DIALOGS[name] ?? '', triggerId, externalId: `${teamId}:${actionTs}`.slice(0, ID_MAX) };
}
