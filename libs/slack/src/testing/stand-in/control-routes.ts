import { z } from 'zod';
import type { StandInCore } from './stand-in-core';
import type { Json } from './arguments';
import { click } from './interactions/click';
import { loadOptions } from './interactions/load-options';
import { chooseInModal, submitModal } from './interactions/modal';
import { say } from './interactions/say';
import { optionsOf } from './rules/element-rules';
import { findElement } from './interactions/find-element';

const id = z.string().min(1).max(255);
const ts = z.string().max(40);
const actor = { teamId: id, userId: id };
const object = z.record(z.string(), z.unknown());

const workspaceBody = z.strictObject({
  teamId: id,
  name: z.string().max(200),
  domain: z.string().max(200),
  botToken: id,
  botUserId: id,
  scopes: z.array(z.string().max(100)).max(100),
  people: z.array(z.strictObject({ id, name: z.string().max(200), email: z.string().max(254).optional() })).max(500),
  channels: z
    .array(
      z.strictObject({
        id,
        name: z.string().max(200),
        isArchived: z.boolean().optional(),
        isPrivate: z.boolean().optional(),
      }),
    )
    .max(500),
});
const faultBody = z.strictObject({
  method: id.optional(),
  channel: id.optional(),
  reaction: z.union([
    z.enum(['cut', 'cut after taking']),
    z.strictObject({ error: id }),
    z.strictObject({ status: z.int().min(200).max(599), retryAfter: z.string().max(20).optional() }),
  ]),
  times: z.int().min(1).max(10_000).default(1),
});
const limitBody = z.strictObject({ perSecond: z.number().positive(), burst: z.number().min(1) }).nullable();
const urlBody = z.strictObject({
  ...{ ...actor, channel: id, kind: z.enum(['actions', 'commands']) },
  messageTs: ts.optional(),
});
const clickBody = z.strictObject({
  ...actor,
  channel: id,
  ts,
  actionId: id,
  blockId: z.string().max(255).optional(),
  /** Of a select: what is chosen, or the whole option where the app knows them. */
  value: z.string().max(2_000).optional(),
  option: object.optional(),
});
const searchBody = z.strictObject({
  ...actor,
  channel: id,
  ts,
  actionId: id,
  blockId: z.string().max(255).optional(),
  query: z.string().max(200),
});
const sayBody = z.strictObject({ ...actor, channel: id, text: z.string().min(1).max(4_000), threadTs: ts.optional() });
const viewBody = z.strictObject({ ...actor, viewId: id });
const submitBody = viewBody.extend({
  values: z.record(z.string(), z.record(z.string(), z.string().max(3_000))).default({}),
});
const choiceBody = viewBody.extend({ actionId: id, value: z.string().max(2_000) });
const triggerBody = z.strictObject({ triggerId: id.optional() });

/** What tests and the page may ask for below `/_control/`, by method and name. Bodies are checked, answers are JSON. */
export type ControlRoute = (core: StandInCore, body: unknown, query: URLSearchParams) => unknown;

/** Routes by `METHOD name`. */
export const CONTROL_ROUTES: Readonly<Record<string, ControlRoute>> = {
  'GET workspaces': ({ state }) => state.world.all().map(({ botToken: _secret, ...workspace }) => workspace),
  'PUT workspaces': ({ state }, body) => state.world.add(workspaceBody.parse(body)),
  'GET messages': listMessages,
  'DELETE messages': ({ state }) => void (state.world.messages.splice(0), state.world.touch()),
  'POST faults': ({ api }, body) => api.faults.add(faultBody.parse(body)),
  'DELETE faults': ({ api }) => api.faults.clear(),
  'PUT limit': ({ state }, body) => void (state.postLimit.limit = limitBody.parse(body) ?? undefined),
  'POST expire-triggers': ({ state }, body) => state.triggers.expire(triggerBody.parse(body).triggerId),
  'POST expire-response-urls': ({ state }) => state.responseUrls.expire(),
  'POST response-urls': issueUrl,
  'GET response-posts': ({ state }) => state.responseUrls.posts,
  'GET views': ({ state }, _body, query) => state.views.of(query.get('teamId') ?? '', query.get('userId') ?? ''),
  'POST click': clickElement,
  'POST options': ({ state, app }, body) => loadOptions(state, app, searchBody.parse(body)),
  'POST say': (core, body) => say(core, sayBody.parse(body)),
  'POST submit': ({ state, app }, body) => submitModal(state, app, submitBody.parse(body)),
  'POST choose': ({ state, app }, body) => chooseInModal(state, app, choiceBody.parse(body)),
  'POST close': ({ state }, body) => void (state.views.close(viewBody.parse(body).viewId), state.world.touch()),
};

function listMessages({ state }: StandInCore, _body: unknown, query: URLSearchParams): unknown {
  const fits = (name: 'channel' | 'teamId' | 'threadTs', value: string | undefined): boolean =>
    !query.has(name) || query.get(name) === value;
  return state.world.messages
    .filter((one) => fits('teamId', one.teamId) && fits('channel', one.channel) && fits('threadTs', one.threadTs))
    .map(({ token: _secret, ...message }) => message);
}

function issueUrl({ state, origin }: StandInCore, body: unknown): unknown {
  const { kind, ...target } = urlBody.parse(body);
  const path = state.responseUrls.issue(kind, target);
  return { url: `${origin}${path}`, path };
}

function clickElement(core: StandInCore, body: unknown): unknown {
  const { value, ...given } = clickBody.parse(body);
  const message = core.state.world.message(given.teamId, given.channel, given.ts);
  const element = message === undefined ? undefined : findElement(message, given)?.element;
  const known = element === undefined ? [] : optionsOf(element);
  const option = value === undefined ? given.option : known.find((one: Json) => one['value'] === value);
  if (value !== undefined && option === undefined) throw new RangeError(`the select has no option ${value}`);
  return click(core, { ...given, option });
}
