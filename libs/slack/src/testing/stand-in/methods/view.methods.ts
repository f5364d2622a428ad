import type { Json } from '../arguments';
import { viewJson } from '../open-views';
import { findViewMistakes } from '../rules/view-rules';
import { refuse } from './method';
import type { Call, Method } from './method';

function open({ state, workspace: { teamId }, given }: Call): Json {
  const view = given.json('view');
  const mistakes = findViewMistakes(view);
  if (mistakes.length > 0) return refuse('invalid_arguments', mistakes);
  const shown = view as Json;
  if (isTaken(state.views.byExternalId(teamId, String(shown['external_id'] ?? '')), shown))
    return refuse('duplicate_external_id');
  const triggerId = given.text('trigger_id');
  const trigger = state.triggers.redeem(triggerId, teamId);
  if ('error' in trigger) return refuse(trigger.error);
  const opened = state.views.open({ teamId, userId: trigger.userId, triggerId }, shown);
  state.world.touch();
  return { ok: true, view: viewJson(opened) };
}

const isTaken = (found: unknown, view: Json): boolean => view['external_id'] !== undefined && found !== undefined;

function update({ state, workspace: { teamId }, given }: Call): Json {
  const view = given.json('view');
  const mistakes = findViewMistakes(view);
  if (mistakes.length > 0) return refuse('invalid_arguments', mistakes);
  const [id, externalId] = [given.text('view_id'), given.text('external_id')];
  const found = id === '' ? state.views.byExternalId(teamId, externalId) : state.views.find(id);
  if (found === undefined || (found.teamId ?? teamId) !== teamId) return refuse('not_found');
  const hash = given.text('hash');
  if (hash !== '' && hash !== found.hash) return refuse('hash_conflict');
  const kept = (view as Json)['external_id'] ?? found.view['external_id'];
  const changed = state.views.update(found, {
    view: { ...(view as Json), ...(kept === undefined ? {} : { external_id: kept }) },
  });
  state.world.touch();
  return { ok: true, view: viewJson(changed) };
}

/** `views.*` */
export const viewMethods: Readonly<Record<string, Method>> = {
  'views.open': { scopes: [], answer: open },
  'views.update': { scopes: [], answer: update },
};
