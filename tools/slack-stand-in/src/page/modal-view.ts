import type { Json, OpenView, StandInCore } from '@switchyard/slack/testing';
import { blocksHtml, textHtml } from './block-view';
import { html, Html } from './html';
import { namesOf } from './message-view';
import type { Viewer } from './message-view';

/** The modal that lies on top, if one is open. */
export function modalHtml(core: StandInCore, { teamId, userId }: Viewer): Html {
  const open = core.state.views.of(teamId, userId).at(-1);
  if (open === undefined) return html``;
  const names = namesOf(core, teamId);
  const { view, errors } = open;
  const place = { kind: 'modal', ts: open.id, names, errors } as const;
  return html`<div class="shade">
    <form class="modal" role="dialog" aria-modal="true" data-view="${open.id}">
      <header>
        <span class="avatar app">⇄</span>
        <h2>${textHtml(view['title'], place)}</h2>
      </header>
      ${troubleHtml(open)} ${blocksHtml((view['blocks'] ?? []) as readonly Json[], place)}
      <footer>
        <button type="button" class="button" data-act="close">${labelOf(view['close'], 'Cancel')}</button>
        ${
          view['submit'] === undefined
            ? undefined
            : html`<button type="submit" class="button primary">${labelOf(view['submit'], 'Submit')}</button>`
        }
      </footer>
    </form>
  </div>`;
}

const troubleHtml = ({ trouble }: OpenView): Html | undefined =>
  trouble === undefined ? undefined : html`<p class="error" role="alert">${trouble}</p>`;

const labelOf = (label: unknown, otherwise: string): string =>
  String((label as Json | undefined)?.['text'] ?? otherwise);
