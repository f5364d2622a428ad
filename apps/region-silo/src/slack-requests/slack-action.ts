import { isJsonObject } from '@switchyard/parsers';
import type { JsonObject } from '@switchyard/parsers';
import { DIALOG_CHOICE, dialogOf, readModalState, readRouting } from '@switchyard/slack';
import type { IssueDialog, IssueRouting, ModalState } from '@switchyard/slack';

/** One thing that was clicked or chosen. */
export interface Click {
  readonly name: string;
  readonly value: string;
  readonly actionTs: string | undefined;
}

/** Who did it, where, and how to answer. */
export interface ClickPlace {
  readonly teamId: string;
  readonly slackUserId: string;
  readonly triggerId: string | undefined;
  readonly responseUrl: string | undefined;
  readonly channelId: string | undefined;
  readonly messageTs: string | undefined;
  readonly isEphemeral: boolean;
  readonly isUnfurl: boolean;
}

/** What an interaction asks for (slack.md §5.1, §5.2, §4.3). */
export type SlackAction =
  /** Nothing to be done: links, choices inside of dialogs, other apps' dialogs. */
  | { readonly kind: 'nothing' }
  /** State that is not of ours, or spoiled. */
  | { readonly kind: 'unreadable'; readonly place: ClickPlace }
  | {
      readonly kind: 'clicks';
      readonly clicks: readonly Click[];
      readonly routing: IssueRouting;
      readonly place: ClickPlace;
    }
  | {
      readonly kind: 'submission';
      readonly dialog: IssueDialog;
      readonly choice: string;
      readonly state: ModalState;
      readonly place: ClickPlace;
    }
  | {
      readonly kind: 'membership';
      readonly decision: 'approve' | 'reject';
      readonly requestId: string;
      readonly organizationId: string;
      readonly email: string;
      readonly place: ClickPlace;
    };

/** Buttons that only open a page, and prompts that control closes. */
const NOTHING: ReadonlySet<string> = new Set([
  'docs_link_clicked',
  'grace_period_warning',
  'integration_disabled_slack',
  'trial_end_warning',
  'link_clicked',
  'link',
  'ignore',
  'all_slack',
]);
const CLICKS_MAX = 25;
const EMAIL_MAX = 254;

/** Reads an interaction; pure. The payload's ids and shape are checked already. */
export function readSlackAction(payload: JsonObject): SlackAction {
  const place = placeOf(payload);
  if (payload['type'] === 'view_submission') return readSubmission(payload, place);
  const clicks = clicksOf(payload['actions']);
  const value = clicks.find((click) => click.value !== '')?.value;
  if (value !== undefined && NOTHING.has(value)) return { kind: 'nothing' };
  if (clicks.every(({ name }) => name === DIALOG_CHOICE)) return { kind: 'nothing' };
  if (value === 'approve_member' || value === 'reject_member') return readMembership(payload, value, place);
  const routing = readRouting(callbackData(payload));
  return routing === undefined ? { kind: 'unreadable', place } : { kind: 'clicks', clicks, routing, place };
}

function readSubmission(payload: JsonObject, place: ClickPlace): SlackAction {
  const view = objectOf(payload['view']);
  const dialog = dialogOf(view['callback_id']);
  const choice = chosenIn(objectOf(objectOf(view['state'])['values']));
  if (dialog === undefined || choice === undefined) return { kind: 'nothing' };
  const state = readModalState(view['private_metadata']);
  if (state === undefined) return { kind: 'unreadable', place };
  return {
    kind: 'submission',
    dialog,
    choice,
    state,
    place: {
      ...place,
      responseUrl: state.orig_response_url,
      channelId: state.channel_id,
      messageTs: state.message_ts,
      isUnfurl: state.is_unfurl === true,
    },
  };
}

function readMembership(payload: JsonObject, value: string, place: ClickPlace): SlackAction {
  const data = parsed(callbackData(payload));
  const [requestId, organizationId, email] = [data['member_id'], data['org'], data['member_email']].map(String);
  if (!isDigits(requestId) || !isDigits(organizationId)) return { kind: 'unreadable', place };
  return {
    kind: 'membership',
    decision: value === 'approve_member' ? 'approve' : 'reject',
    requestId,
    organizationId,
    email: email === 'undefined' ? '' : (email ?? '').slice(0, EMAIL_MAX),
    place,
  };
}

/** Where our messages keep what they are about, in the order of slack.md §4.3. */
function callbackData(payload: JsonObject): unknown {
  const { callback_id: legacy, view, container, app_unfurl: unfurl, message } = payload;
  if (typeof legacy === 'string' && legacy !== '') return legacy;
  if (isJsonObject(view)) return view['private_metadata'];
  const blocks = objectOf(isUnfurl(container) ? unfurl : message)['blocks'];
  return objectOf(Array.isArray(blocks) ? blocks[0] : undefined)['block_id'];
}

function placeOf(payload: JsonObject): ClickPlace {
  const container = objectOf(payload['container']);
  return {
    teamId: textOf(objectOf(payload['team'])['id']) ?? '',
    slackUserId: textOf(objectOf(payload['user'])['id']) ?? '',
    triggerId: textOf(payload['trigger_id']),
    responseUrl: textOf(payload['response_url']),
    channelId: textOf(objectOf(payload['channel'])['id']) ?? textOf(container['channel_id']),
    messageTs: textOf(container['message_ts']),
    isEphemeral: container['is_ephemeral'] === true,
    isUnfurl: isUnfurl(container),
  };
}

/** Block actions when the first has an `action_id`, legacy ones otherwise. */
function clicksOf(actions: unknown): readonly Click[] {
  const entries = Array.isArray(actions) ? actions.slice(0, CLICKS_MAX).map(objectOf) : [];
  const key = entries[0]?.['action_id'] === undefined ? 'name' : 'action_id';
  return entries.flatMap((entry) => {
    const selected = Array.isArray(entry['selected_options']) ? entry['selected_options'][0] : entry['selected_option'];
    const value = textOf(entry['value']) ?? textOf(objectOf(selected)['value']) ?? '';
    // Routing behind the name: `resolve_dialog::7::12`.
    const name = textOf(entry[key])?.split('::')[0];
    return name === undefined ? [] : [{ name, value, actionTs: textOf(entry['action_ts']) }];
  });
}

function chosenIn(values: JsonObject): string | undefined {
  return Object.values(values)
    .flatMap((block) => Object.values(objectOf(block)))
    .map((element) => textOf(objectOf(objectOf(element)['selected_option'])['value']))
    .find((value) => value !== undefined);
}

function parsed(text: unknown): JsonObject {
  try {
    return typeof text === 'string' ? objectOf(JSON.parse(text)) : {};
  } catch {
    return {};
  }
}

const isDigits = (text: string | undefined): text is string => /^[1-9]\d{0,18}$/.test(text ?? '');
const isUnfurl = (container: unknown): boolean => objectOf(container)['is_app_unfurl'] === true;
const objectOf = (value: unknown): JsonObject => (isJsonObject(value) ? value : {});
const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
