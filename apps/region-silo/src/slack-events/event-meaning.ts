import { isJsonObject } from '@switchyard/parsers';
import type { JsonObject } from '@switchyard/parsers';

/** Far above what a command has; what is longer is cut before it is kept. */
const TEXT_CHARS = 500;
const LINKS_MAX = 50;
const URL_CHARS = 2_000;
const SLACK_ID = /^[A-Za-z0-9]{1,64}$/;
const TS = /^\d{1,16}\.\d{1,16}$/;
/** A mention of somebody at the start of a text: `<@U1>`, `<@U1|bot>`. */
const MENTION = /^\s*<@[A-Za-z0-9]{1,64}(?:\|[^>]{0,100})?>\s*/;

/** Somebody said something to the app. */
export interface SaidMeaning {
  readonly kind: 'said';
  readonly text: string;
  readonly channelId: string;
  readonly teamId: string;
  readonly slackUserId: string;
  /** The answer goes below this message; absent in a direct message. */
  readonly threadTs?: string;
}

/** Links to the product stand in a message, or in one that is being written. */
export interface SharedMeaning {
  readonly kind: 'shared';
  /** As Slack told them, so with `&amp;`. */
  readonly urls: readonly string[];
  readonly place:
    { readonly channel: string; readonly ts: string } | { readonly source: string; readonly unfurlId: string };
}

/** Something that the app itself tells a channel. */
export interface ToldMeaning {
  readonly kind: 'told';
  readonly channelId: string;
  readonly text: string;
}

/** What is done in Slack after a commit. */
export type WorkMeaning = SaidMeaning | SharedMeaning | ToldMeaning;

/** A channel can be posted to no more, or again, or has another id. */
export type ChannelMeaning =
  | { readonly kind: 'closed'; readonly channelId: string; readonly reason: string }
  | { readonly kind: 'opened'; readonly channelId: string }
  | { readonly kind: 'renamed'; readonly channelId: string; readonly newChannelId: string };

/** What an event means (slack.md §6.1). */
export type EventMeaning = SaidMeaning | SharedMeaning | ChannelMeaning | { readonly kind: 'nothing' };

const NOTHING: EventMeaning = { kind: 'nothing' };

/** Reads an event; pure. What lacks a part that is needed means nothing. */
export function meaningOfEvent(payload: JsonObject): EventMeaning {
  const event = isJsonObject(payload['event']) ? payload['event'] : {};
  const teamId = idOf(payload['team_id']);
  switch (event['type']) {
    case 'message':
      return said(event, teamId, false);
    case 'app_mention':
      return said(event, teamId, true);
    case 'link_shared':
      return shared(event);
    case 'channel_archive':
      return closed(event, 'is_archived');
    case 'channel_deleted':
      return closed(event, 'channel_not_found');
    case 'channel_left':
      return closed(event, 'not_in_channel');
    case 'channel_unarchive':
      return opened(event);
    case 'channel_id_changed':
      return renamed(event);
    default:
      return NOTHING;
  }
}

/** Bots are not answered, or two of them would talk for ever; edits, joins and the like say nothing to us. */
function said(event: JsonObject, teamId: string | undefined, isMention: boolean): EventMeaning {
  const { bot_id: botId, subtype, text } = event;
  const channelId = idOf(event['channel']);
  const slackUserId = idOf(event['user']);
  if (botId != null || subtype != null || typeof text !== 'string' || text === '') return NOTHING;
  if (channelId === undefined || slackUserId === undefined || teamId === undefined) return NOTHING;
  const meaning = { kind: 'said', text: text.slice(0, TEXT_CHARS), channelId, teamId, slackUserId } as const;
  if (!isMention) return meaning;
  const threadTs = tsOf(event['thread_ts']) ?? tsOf(event['ts']);
  return { ...meaning, text: meaning.text.replace(MENTION, ''), ...(threadTs === undefined ? {} : { threadTs }) };
}

function shared(event: JsonObject): EventMeaning {
  const links = Array.isArray(event['links']) ? event['links'].slice(0, LINKS_MAX) : [];
  const urls = links
    .map((link: unknown) => (isJsonObject(link) ? link['url'] : undefined))
    .filter((url) => typeof url === 'string' && url.length <= URL_CHARS) as string[];
  const place = placeOf(event);
  return urls.length === 0 || place === undefined ? NOTHING : { kind: 'shared', urls, place };
}

/** Slack takes one pair or the other; a message that is not sent yet has only the second. */
function placeOf(event: JsonObject): SharedMeaning['place'] | undefined {
  const { source, unfurl_id: unfurlId } = event;
  const channel = idOf(event['channel']);
  const ts = tsOf(event['message_ts']);
  const isInComposer = source === 'composer' || channel === undefined || ts === undefined;
  if (!isInComposer) return { channel, ts };
  if (typeof source !== 'string' || typeof unfurlId !== 'string') return undefined;
  return source.length > 64 || unfurlId.length > 255 ? undefined : { source, unfurlId };
}

function closed(event: JsonObject, reason: string): EventMeaning {
  const channelId = idOf(event['channel']);
  return channelId === undefined ? NOTHING : { kind: 'closed', channelId, reason };
}

function opened(event: JsonObject): EventMeaning {
  const channelId = idOf(event['channel']);
  return channelId === undefined ? NOTHING : { kind: 'opened', channelId };
}

function renamed(event: JsonObject): EventMeaning {
  const channelId = idOf(event['old_channel_id']);
  const newChannelId = idOf(event['new_channel_id']);
  if (channelId === undefined || newChannelId === undefined) return NOTHING;
  return { kind: 'renamed', channelId, newChannelId };
}

const idOf = (value: unknown): string | undefined =>
  typeof value === 'string' && SLACK_ID.test(value) ? value : undefined;

const tsOf = (value: unknown): string | undefined => (typeof value === 'string' && TS.test(value) ? value : undefined);
