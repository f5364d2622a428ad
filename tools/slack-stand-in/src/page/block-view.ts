import { actionIdOf, isObject } from '@switchyard/slack/testing';
import type { Json } from '@switchyard/slack/testing';
import { html, Html } from './html';
import { mrkdwn, plainText } from './mrkdwn';
import type { Names } from './mrkdwn';

/** Where blocks stand: a message or a modal. Elements carry it, so that the script knows what was clicked. */
export interface BlockPlace {
  readonly kind: 'message' | 'modal';
  readonly ts: string;
  readonly names: Names;
  readonly errors?: Readonly<Record<string, string>>;
}

/** Blocks as HTML. */
export function blocksHtml(blocks: readonly Json[], place: BlockPlace): Html {
  return html`<div class="blocks">${blocks.map((block) => blockHtml(block, place))}</div>`;
}

function blockHtml(block: Json, place: BlockPlace): Html {
  const blockId = String(block['block_id'] ?? '');
  const elements = (Array.isArray(block['elements']) ? (block['elements'] as unknown[]) : []).filter(isObject);
  switch (block['type']) {
    case 'divider':
      return html`<hr />`;
    case 'header':
      return html`<h3>${textHtml(block['text'], place)}</h3>`;
    case 'image':
      return imageHtml(block);
    case 'context':
      return html`<div class="context">
        ${elements.map((one) => (one['type'] === 'image' ? imageHtml(one) : html`<span>${textHtml(one, place)}</span>`))}
      </div>`;
    case 'actions':
      return html`<div class="actions">${elements.map((one) => elementHtml(one, blockId, place))}</div>`;
    case 'input':
      return html`<label class="input"
        ><b>${textHtml(block['label'], place)}</b>${elementHtml((block['element'] ?? {}) as Json, blockId, place)}
        ${errorHtml(blockId, place)}</label
      >`;
    default:
      return sectionHtml(block, blockId, place);
  }
}

function sectionHtml(block: Json, blockId: string, place: BlockPlace): Html {
  const { text, fields, accessory } = block;
  const columns = (Array.isArray(fields) ? (fields as unknown[]) : []).map(
    (field) => html`<div>${textHtml(field, place)}</div>`,
  );
  return html`<div class="section">
    <div class="text">${text === undefined ? undefined : textHtml(text, place)}</div>
    ${columns.length > 0 ? html`<div class="fields">${columns}</div>` : undefined}
    ${isObject(accessory) ? elementHtml(accessory, blockId, place) : undefined} ${errorHtml(blockId, place)}
  </div>`;
}

const errorHtml = (blockId: string, { errors = {} }: BlockPlace): Html | undefined =>
  errors[blockId] === undefined ? undefined : html`<p class="error">${errors[blockId]}</p>`;

/** A text object as HTML. */
export function textHtml(value: unknown, { names }: Pick<BlockPlace, 'names'>): Html {
  if (!isObject(value)) return html``;
  const text = String(value['text'] ?? '');
  return value['type'] === 'mrkdwn' ? mrkdwn(text, names) : plainText(text);
}

/** Nothing is fetched from elsewhere, so a picture is its description. */
const imageHtml = (image: Json): Html =>
  html`<span class="image" role="img">🖼️ ${String(image['alt_text'] ?? 'image')}</span>`;

function elementHtml(element: Json, blockId: string, place: BlockPlace): Html {
  const actionId = actionIdOf(element);
  const where = html`data-ts="${place.ts}" data-block="${blockId}" data-action="${actionId}"`;
  switch (element['type']) {
    case 'button':
      return html`<button type="button" class="button ${String(element['style'] ?? '')}" data-act="click" ${where}>
        ${textHtml(element['text'], place)}
      </button>`;
    case 'static_select':
      return selectHtml(element, place, where);
    case 'external_select':
      return html`<button type="button" class="button chooser" data-act="search" ${where}>
        ${textHtml((element['initial_option'] as Json | undefined)?.['text'] ?? element['placeholder'], place)} ▾
      </button>`;
    case 'plain_text_input':
      return html`<input type="text" data-field ${where} value="${String(element['initial_value'] ?? '')}" />`;
    case 'image':
      return imageHtml(element);
    default:
      return html`<span class="image">(${String(element['type'])})</span>`;
  }
}

function selectHtml(select: Json, place: BlockPlace, where: Html): Html {
  const initial = (select['initial_option'] as Json | undefined)?.['value'];
  const options = ((select['options'] ?? []) as readonly Json[]).map(
    (option) =>
      html`<option value="${String(option['value'])}" ${option['value'] === initial ? html`selected` : undefined}>
        ${textHtml(option['text'], place)}
      </option>`,
  );
  const groups = ((select['option_groups'] ?? []) as readonly Json[]).map(
    (group) =>
      html`<optgroup label="${String(((group['label'] ?? {}) as Json)['text'] ?? '')}">
        ${((group['options'] ?? []) as readonly Json[]).map(
          (option) => html`<option value="${String(option['value'])}">${textHtml(option['text'], place)}</option>`,
        )}
      </optgroup>`,
  );
  const nothing = initial === undefined ? html`<option value="" disabled selected>Choose…</option>` : undefined;
  const act = place.kind === 'modal' ? 'choose' : 'select';
  return html`<select data-act="${act}" data-field ${where}>
    ${nothing}${options}${groups}
  </select>`;
}
