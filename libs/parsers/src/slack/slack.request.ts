import { isJsonObject, parseJsonObject } from '../contract';
import type { InboundRequest, JsonObject } from '../contract';
import { fieldSet } from '../json';
import type { OpenedDialog } from '../contract';
import { openedDialog, originalUrl } from './slack.modal';
import { organizationHints, sharedSlugs, teamCommand } from './slack.organization';

/** The four paths that Slack itself calls. */
export type SlackWebhookView = 'action' | 'commands' | 'event' | 'options-load';

/** Who a request is about. At most one of the two is used to find the integration: the team comes first. */
export interface SlackWorkspace {
  readonly teamId: string | undefined;
  /** Only of an organization-wide installation of Enterprise Grid, which has no team. */
  readonly enterpriseId: string | undefined;
}

/** What a decision needs of a request: everything else is for the region. */
export type SlackRequest = { readonly kind: 'challenge' } | SlackWorkspaceRequest;

/** A request about one workspace. */
export type SlackWorkspaceRequest =
  | ({
      readonly kind: 'event';
      readonly type: string;
      readonly eventId: string | undefined;
      /** Slugs of the organizations that shared links are about; `undefined` when it may be any. */
      readonly slugs: readonly string[] | undefined;
    } & SlackWorkspace)
  | ({
      readonly kind: 'action';
      /** First value among the actions that is not empty. */
      readonly option: string | undefined;
      /** Whether it submits a modal, which waits for the answer. */
      readonly isModalSubmit: boolean;
      /** Whether it is a choice inside an open modal. */
      readonly isInModal: boolean;
      /** The dialog that it opens. */
      readonly dialog: OpenedDialog | undefined;
      readonly responseUrl: string | undefined;
      /** Ids or slugs of organizations that it names. */
      readonly organizationHints: readonly string[];
    } & SlackWorkspace)
  | ({
      readonly kind: 'command';
      readonly responseUrl: string | undefined;
      /** Whether it links or unlinks a team, which may live in any region. */
      readonly isAboutTeam: boolean;
      readonly organizationHints: readonly string[];
    } & SlackWorkspace)
  | ({ readonly kind: 'options-load'; readonly organizationHints: readonly string[] } & SlackWorkspace);

/** The fields of a body, whatever way they were written. */
export interface SlackBody {
  readonly kind: 'decoded';
  readonly data: JsonObject;
}

/** A request that cannot be used, and why; answered 400. */
export interface SlackBrokenRequest {
  readonly kind: 'broken';
  readonly because: string;
}

/** All that a decision reads of an event; its text may be long. */
const EVENT_FIELDS = fieldSet(
  ...['type', 'challenge', 'token', 'event_id', 'is_enterprise_install'],
  ...['team', 'enterprise', 'user', 'channel'].flatMap((name) => [`${name}_id`, `${name}.id`]),
  ...['event.type', 'event.user', 'event.channel'],
);

/** Longest id that the directory can hold (slack.md §4.6). */
const ID_LENGTH_MAX = 64;

const broken = (because: string): SlackBrokenRequest => ({ kind: 'broken', because });

/**
 * Decodes a body: an event is JSON, a command is a form, the others are JSON inside the form's `payload`.
 *
 * To be called once per request, because the inner JSON is not remembered.
 */
export async function decodeSlackBody(
  view: SlackWebhookView,
  request: InboundRequest,
): Promise<SlackBody | SlackBrokenRequest> {
  if (view === 'event') {
    const data = await request.fields(EVENT_FIELDS);
    const event = data?.['event'];
    // The links say which regions are asked; a field is read without what lists hold.
    const isLink = isJsonObject(event) && event['type'] === 'link_shared';
    return decoded(isLink ? request.json() : data) ?? broken('the body is not a JSON object');
  }

  const form = request.form();
  if (form === undefined) return broken('the body is not a form');
  if (view === 'commands') return { kind: 'decoded', data: Object.fromEntries(form) };

  const payload = form.get('payload');
  if (payload === undefined) return broken('the form has no field "payload"');
  return decoded(parseJsonObject(payload)) ?? broken('the field "payload" is not a JSON object');
}

const decoded = (data: JsonObject | undefined): SlackBody | undefined => data && { kind: 'decoded', data };

/** Reads a decoded body (slack.md §4.3). Unknown fields pass; missing and mistyped ones that are needed do not. */
export function readSlackRequest(view: SlackWebhookView, data: JsonObject): SlackRequest | SlackBrokenRequest {
  const team = idOf(data, 'team');
  const enterprise = idOf(data, 'enterprise');
  if (!areUsableIds([team, enterprise, idOf(data, 'user'), idOf(data, 'channel')])) {
    return broken('an id is longer than 64 characters, holds a NUL or is not text');
  }
  const isEnterprise = data['is_enterprise_install'] === true || data['is_enterprise_install'] === 'true';
  const workspace = {
    teamId: textOf(team),
    enterpriseId: isEnterprise ? textOf(enterprise) : undefined,
  };
  switch (view) {
    case 'event':
      return readEvent(data, workspace);
    case 'action':
      return readAction(data, workspace);
    case 'commands':
      return readCommand(data, workspace);
    case 'options-load':
      return readOptionsLoad(data, workspace);
  }
}

function readEvent(data: JsonObject, workspace: SlackWorkspace): SlackRequest | SlackBrokenRequest {
  if (data['type'] === 'url_verification') {
    return textOf(data['challenge']) === undefined ? broken('the challenge is missing') : { kind: 'challenge' };
  }
  // It concerns the app as a whole and is the one event without an inner event.
  if (data['type'] === 'app_rate_limited') {
    return { kind: 'event', type: 'app_rate_limited', eventId: undefined, slugs: undefined, ...workspace };
  }
  const event = data['event'];
  if (!isJsonObject(event)) return broken('there is no inner event');
  const type = textOf(event['type']);
  if (type === undefined) return broken('the inner event has no type');
  // Some events carry whole objects here (`user_change`, `channel_rename`): those are not ids.
  const ids = [event['user'], event['channel']].filter((value) => typeof value === 'string');
  if (!areUsableIds([data['event_id'], ...ids])) return broken('an id is longer than 64 characters or holds a NUL');
  const slugs = type === 'link_shared' ? sharedSlugs(event['links']) : undefined;
  return { kind: 'event', type, eventId: textOf(data['event_id']), slugs, ...workspace };
}

function readAction(data: JsonObject, workspace: SlackWorkspace): SlackRequest | SlackBrokenRequest {
  if (data['type'] === 'block_actions' && isUnfurl(data['container']) && !hasBlocks(data['app_unfurl'])) {
    return broken('an action on an unfurl needs its blocks');
  }
  if (!isTextOrAbsent(data['response_url'])) return broken('the response URL is not text');
  const isModalSubmit = data['type'] === 'view_submission';
  return {
    kind: 'action',
    option: firstValue(data['actions']),
    isModalSubmit,
    isInModal: !isModalSubmit && isJsonObject(data['view']),
    dialog: openedDialog(data, workspace),
    responseUrl: isModalSubmit ? originalUrl(data['view']) : textOf(data['response_url']),
    organizationHints: organizationHints(data),
    ...workspace,
  };
}

function readCommand(data: JsonObject, workspace: SlackWorkspace): SlackRequest | SlackBrokenRequest {
  if (workspace.teamId === undefined && workspace.enterpriseId === undefined)
    return broken('the command has no team id');
  const team = teamCommand(data['text']);
  return {
    kind: 'command',
    responseUrl: textOf(data['response_url']),
    isAboutTeam: team !== undefined,
    organizationHints: team?.hints ?? [],
    ...workspace,
  };
}

function readOptionsLoad(data: JsonObject, workspace: SlackWorkspace): SlackRequest | SlackBrokenRequest {
  if (data['type'] !== 'block_suggestion') return broken('the type is not block_suggestion');
  if (typeof data['value'] !== 'string') return broken('there is no value to search for');
  return { kind: 'options-load', organizationHints: organizationHints(data), ...workspace };
}

/** `{name}_id` at top level, else `{name}.id`; a `{name}` that is no object counts as absent. */
function idOf(data: JsonObject, name: string): unknown {
  const flat = data[`${name}_id`];
  if (!isAbsent(flat)) return flat;
  const nested = data[name];
  return isJsonObject(nested) ? nested['id'] : undefined;
}

const isAbsent = (value: unknown): boolean => value === undefined || value === null || value === '';

const isTextOrAbsent = (value: unknown): boolean => isAbsent(value) || typeof value === 'string';

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

const areUsableIds = (ids: readonly unknown[]): boolean =>
  ids.every((id) => isAbsent(id) || (typeof id === 'string' && id.length <= ID_LENGTH_MAX && !id.includes('\0')));

const isUnfurl = (container: unknown): boolean => isJsonObject(container) && container['is_app_unfurl'] === true;

const hasBlocks = (unfurl: unknown): boolean =>
  isJsonObject(unfurl) && Array.isArray(unfurl['blocks']) && unfurl['blocks'].length > 0;

function firstValue(actions: unknown): string | undefined {
  if (!Array.isArray(actions)) return undefined;
  for (const action of actions as readonly unknown[]) {
    const value = isJsonObject(action) ? textOf(action['value']) : undefined;
    if (value !== undefined) return value;
  }
  return undefined;
}
