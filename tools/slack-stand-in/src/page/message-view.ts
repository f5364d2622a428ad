import type { StandInCore, StoredMessage } from '@switchyard/slack/testing';
import { blocksHtml } from './block-view';
import { html, Html } from './html';
import { mrkdwn } from './mrkdwn';
import type { Names } from './mrkdwn';

/** Whose eyes see which channel. */
export interface Viewer {
  readonly teamId: string;
  readonly channel: string;
  readonly userId: string;
}

const SHOWN_MAX = 200;
const AVATARS = 6;
const APP_NAME = 'Switchyard';

/** How the ids of a workspace are read. */
export function namesOf(core: StandInCore, teamId: string): Names {
  const { world } = core.state;
  return {
    person: (id) => (id === world.find(teamId)?.botUserId ? APP_NAME : world.person(teamId, id)?.name),
    channel: (id) => world.channel(teamId, id)?.name,
  };
}

/** The messages of a channel, the newest below, each with its thread. */
export function messagesHtml(core: StandInCore, viewer: Viewer): Html {
  const names = namesOf(core, viewer.teamId);
  const seen = core.state.world.messages.filter(
    ({ teamId, channel, visibleTo }) =>
      teamId === viewer.teamId && channel === viewer.channel && (visibleTo ?? viewer.userId) === viewer.userId,
  );
  const parents = seen.filter(({ threadTs }) => threadTs === undefined).slice(-SHOWN_MAX);
  if (parents.length === 0) return html`<p class="empty">Nothing has been said here yet.</p>`;
  return html`${parents.map((parent) => {
    const replies = seen.filter(({ threadTs }) => threadTs === parent.ts);
    return html`<article id="m${parent.ts}">${messageHtml(parent, names)}${threadHtml(replies, names)}</article>`;
  })}`;
}

function threadHtml(replies: readonly StoredMessage[], names: Names): Html | undefined {
  if (replies.length === 0) return undefined;
  const count = replies.filter(({ visibleTo }) => visibleTo === undefined).length;
  return html`<section class="thread" aria-label="Thread">
    <p class="count">${count === 1 ? '1 reply' : `${count} replies`}</p>
    ${replies.slice(-SHOWN_MAX).map((reply) => messageHtml(reply, names))}
  </section>`;
}

function messageHtml(message: StoredMessage, names: Names): Html {
  const { authorId, token, ts, text, blocks, visibleTo, isEdited, isBroadcast, warning, unfurls } = message;
  const name = names.person(authorId) ?? authorId;
  const isApp = token !== '';
  const place = { kind: 'message', ts, names } as const;
  const body = blocks.length > 0 ? blocksHtml(blocks, place) : html`<div class="text">${mrkdwn(text, names)}</div>`;
  return html`<div class="message ${visibleTo === undefined ? '' : 'ephemeral'}" data-message="${ts}">
    <div class="avatar ${isApp ? 'app' : `person${hueOf(authorId)}`}">${isApp ? '⇄' : name.slice(0, 1)}</div>
    <div class="content">
      <p class="head">
        <b>${name}</b>${isApp ? html`<span class="badge">APP</span>` : undefined}<time>${timeOf(ts)}</time>
      </p>
      ${visibleTo === undefined ? undefined : html`<p class="note">Only visible to you</p>`}
      ${isBroadcast ? html`<p class="note">Also sent to the channel</p>` : undefined} ${body}
      ${isEdited ? html`<span class="edited">(edited)</span>` : undefined}
      ${unfurls.map((unfurl) => html`<div class="unfurl">${blocksHtml(unfurl.blocks, place)}</div>`)}
      ${warning === undefined ? undefined : html`<p class="warning">⚠️ ${warning}</p>`}
    </div>
  </div>`;
}

const hueOf = (id: string): number => [...id].reduce((sum, character) => sum + character.charCodeAt(0), 0) % AVATARS;

const timeOf = (ts: string): string =>
  new Date(Number(ts) * 1000).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
