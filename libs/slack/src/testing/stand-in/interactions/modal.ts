import { isObject, parseJson } from '../arguments';
import type { Json } from '../arguments';
import { isTaken, payloadForm, sendToApp } from '../gateway-sender';
import type { AppAddress } from '../gateway-sender';
import { viewJson } from '../open-views';
import type { OpenView } from '../open-views';
import { optionsOf } from '../rules/element-rules';
import { findViewMistakes } from '../rules/view-rules';
import type { SlackState } from '../slack-state';
import { actorJson } from './actor';
import type { Actor } from './actor';
import { actionJson } from './click';
import { actionIdOf, elementsOf, findInBlocks } from './find-element';

/** Values of a form by block and action id: the value of an option, or a text. */
export type FormValues = Readonly<Record<string, Readonly<Record<string, string>>>>;

const TROUBLE = 'We had some trouble connecting. Try again?';

/**
 * Sends a modal. An empty answer closes it; it stays with Slack's notice when the app does not answer.
 *
 * @returns whether it is closed
 * @throws {RangeError} when it is not open
 */
export async function submitModal(
  state: SlackState,
  app: AppAddress,
  given: Actor & { readonly viewId: string; readonly values: FormValues },
): Promise<{ readonly isClosed: boolean }> {
  const open = openView(state, given);
  const payload = {
    type: 'view_submission',
    ...actorJson(state, given),
    view: { ...viewJson(open), state: { values: stateOf(open, given.values) }, app_id: 'A0SWITCH' },
    response_urls: [],
  };
  const answer = await sendToApp(app, 'action', payloadForm(payload));
  if (isTaken(answer)) applyAnswer(state, open, answer.text);
  else state.views.update(open, { trouble: TROUBLE });
  state.world.touch();
  return { isClosed: state.views.find(given.viewId) === undefined };
}

/** A choice inside a modal is told to the app too. */
export async function chooseInModal(
  state: SlackState,
  app: AppAddress,
  given: Actor & { readonly viewId: string; readonly actionId: string; readonly value: string },
): Promise<void> {
  const open = openView(state, given);
  const found = findInBlocks(blocksOf(open), given);
  if (found === undefined) throw new RangeError(`the modal has no element ${given.actionId}`);
  const option = optionsOf(found.element).find(({ value }) => value === given.value);
  const payload = {
    type: 'block_actions',
    ...actorJson(state, given),
    container: { type: 'view', view_id: open.id },
    view: viewJson(open),
    actions: [actionJson(found.element, found.blockId, option, state.world.nextTs())],
  };
  await sendToApp(app, 'action', payloadForm(payload));
}

function openView(state: SlackState, { teamId, viewId }: Actor & { readonly viewId: string }): OpenView {
  const open = state.views.find(viewId);
  if (open?.teamId !== teamId) throw new RangeError(`the modal ${viewId} is not open`);
  return open;
}

const blocksOf = ({ view }: OpenView): readonly Json[] => view['blocks'] as readonly Json[];

/** What the form holds: what was chosen, else what was chosen at the beginning. */
function stateOf(open: OpenView, values: FormValues): Json {
  const result: Record<string, Record<string, unknown>> = {};
  for (const block of blocksOf(open)) {
    const blockId = String(block['block_id']);
    for (const element of elementsOf(block)) {
      const value = values[blockId]?.[actionIdOf(element)];
      (result[blockId] ??= {})[actionIdOf(element)] = elementState(element, value);
    }
  }
  return result;
}

function elementState(element: Json, value: string | undefined): Json {
  const { type } = element;
  if (type === 'plain_text_input') return { type, value: value ?? element['initial_value'] ?? null };
  const chosen = optionsOf(element).find((option) => option['value'] === value);
  return { type, selected_option: chosen ?? element['initial_option'] ?? null };
}

function applyAnswer({ views }: SlackState, open: OpenView, text: string): void {
  const answer = parseJson(text);
  const action = isObject(answer) ? answer['response_action'] : undefined;
  if (text.trim() === '') return views.close(open.id);
  if (!isObject(answer) || action === undefined) return void views.update(open, { trouble: TROUBLE });
  if (action === 'clear') return views.clear(open.teamId, open.userId);
  if (action === 'errors' && isObject(answer['errors']))
    return void views.update(open, { errors: answer['errors'] as Record<string, string> });
  const { view } = answer;
  if (findViewMistakes(view).length > 0) return void views.update(open, { trouble: TROUBLE });
  if (action === 'update') views.update(open, { view: view as Json });
  else if (action === 'push') views.open(open, view as Json);
}
