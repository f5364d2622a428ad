import { isJsonObject, parseJsonObject } from '@switchyard/parsers';
import type { InboundRequest, JsonObject } from '@switchyard/parsers';
import { z } from 'zod';

/** What Slack sends, by the view that it is sent to (spec: slack.md §4.3). */
export type SlackPayload =
  | { readonly kind: 'challenge'; readonly challenge: string }
  | ({ readonly kind: 'event'; readonly type: string; readonly eventId: string | undefined } & Body)
  | ({ readonly kind: 'action' } & Body)
  | ({ readonly kind: 'command'; readonly text: string } & Body)
  | ({ readonly kind: 'options-load' } & Body)
  | { readonly kind: 'broken'; readonly because: string };

interface Body {
  /** All that came, also what no schema names. */
  readonly payload: JsonObject;
}

/** The paths that Slack itself calls. */
export type SlackView = 'action' | 'commands' | 'event' | 'options-load';

/** Ids have at most 64 characters and no NUL (spec: slack.md §4.6). */
const id = z
  .string()
  .max(64)
  .refine((value) => !value.includes('\0'), 'must not hold a NUL')
  .nullish();
/** An object with an id; anything else counts as absent. */
const holder = z.preprocess((value) => (isJsonObject(value) ? value : undefined), z.object({ id }).optional());
const ids = {
  team_id: id,
  enterprise_id: id,
  user_id: id,
  channel_id: id,
  team: holder,
  enterprise: holder,
  user: holder,
  channel: holder,
};

const challenge = z.object({ type: z.literal('url_verification'), challenge: z.string().min(1) });
/** About the app as a whole: the one event without an inner event. */
const rateLimited = z.object({ type: z.literal('app_rate_limited') });
const callback = z.object({ ...ids, event_id: id, event: z.object({ type: z.string().min(1).max(64) }) });
const command = z
  .object({ ...ids, text: z.string().default('') })
  .refine((value) => Boolean(value.team_id) || Boolean(value.enterprise_id), 'the command has no team id');
const action = z
  .object({
    ...ids,
    type: z.string().max(64).nullish(),
    container: z.unknown().optional(),
    app_unfurl: z.unknown().optional(),
  })
  .refine(
    (value) => value.type !== 'block_actions' || !isUnfurl(value.container) || hasBlocks(value.app_unfurl),
    'an action on an unfurl needs its blocks',
  );
const suggestion = z.object({ ...ids, type: z.literal('block_suggestion'), value: z.string() });

/** Decodes and checks a body. Unknown fields pass; missing and mistyped ones make it broken. */
export function readSlackPayload(view: SlackView, request: InboundRequest): SlackPayload {
  switch (view) {
    case 'event':
      return readEvent(request.json());
    case 'commands':
      return readCommand(request.form());
    case 'action':
      return check(action, innerPayload(request), (_value, payload) => ({ kind: 'action', payload }));
    case 'options-load':
      return check(suggestion, innerPayload(request), (_value, payload) => ({ kind: 'options-load', payload }));
  }
}

function readEvent(body: unknown): SlackPayload {
  const type = isJsonObject(body) ? body['type'] : undefined;
  if (type === 'url_verification') {
    return check(challenge, body, (value) => ({ kind: 'challenge', challenge: value.challenge }));
  }
  if (type === 'app_rate_limited') {
    return check(rateLimited, body, (_value, payload) => ({
      kind: 'event',
      type: 'app_rate_limited',
      eventId: undefined,
      payload,
    }));
  }
  return check(callback, body, (value, payload) => ({
    kind: 'event',
    payload,
    type: clean(value.event.type) ?? 'unknown',
    eventId: value.event_id === '' ? undefined : (value.event_id ?? undefined),
  }));
}

function readCommand(form: ReadonlyMap<string, string> | undefined): SlackPayload {
  if (form === undefined) return { kind: 'broken', because: 'the body is not a form' };
  return check(command, Object.fromEntries(form), ({ text }, payload) => ({ kind: 'command', text, payload }));
}

function innerPayload(request: InboundRequest): unknown {
  return parseJsonObject(request.form()?.get('payload'));
}

function check<Value>(
  schema: z.ZodType<Value>,
  value: unknown,
  read: (value: Value, payload: JsonObject) => SlackPayload,
): SlackPayload {
  const parsed = schema.safeParse(value);
  if (parsed.success) return read(parsed.data, isJsonObject(value) ? value : {});
  const [issue] = parsed.error.issues;
  return { kind: 'broken', because: `${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'not valid'}` };
}

/** Types go to a text column and to the log. */
const clean = (type: string | null | undefined): string | undefined =>
  type == null || type === '' ? undefined : type.replaceAll('\0', '\uFFFD');

const isUnfurl = (container: unknown): boolean => isJsonObject(container) && container['is_app_unfurl'] === true;

const hasBlocks = (unfurl: unknown): boolean =>
  isJsonObject(unfurl) && Array.isArray(unfurl['blocks']) && unfurl['blocks'].length > 0;
