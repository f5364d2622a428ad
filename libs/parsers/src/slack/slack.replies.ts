import { refuse } from '../contract';
import type { DecisionReason, FirstRegionDecision, ReplyDecision } from '../contract';
import type { SlackWorkspaceRequest } from './slack.request';

/** What the gateway tells Slack when no region answers in time. */
type Fallback = NonNullable<FirstRegionDecision['whenUnavailable']>;

type Kind = SlackWorkspaceRequest['kind'];

/** What Slack shows to somebody whose workspace we do not know (slack.md §6.6, M11). */
const DISCONNECTED = 'Switchyard is not connected to this workspace any more. Install it again to go on.';

/** What Slack shows when no region could be reached (slack.md §6.6, M3). */
const NOT_DONE = 'Switchyard could not do that right now. Nothing was changed.';

/** Neither a team nor an organization-wide installation: whose request it is cannot be known. */
export function noWorkspace(kind: Kind): ReplyDecision {
  // Slack would send an event three times more, with the same nothing in it.
  const headers = kind === 'event' ? { 'x-slack-no-retry': '1' } : undefined;
  return refuse(403, 'no_integration', 'the request names neither a team nor an enterprise installation', headers);
}

/** The workspace is unknown or disabled: the normal state after an uninstall, so Slack is not told of an error. */
export function noIntegration(kind: Kind): ReplyDecision {
  const because = 'no active integration for this workspace';
  if (kind !== 'command') return nothingToDo(kind, 'no_integration', because);
  return {
    kind: 'reply',
    status: 200,
    reason: 'no_integration',
    because,
    json: ephemeral(DISCONNECTED),
  };
}

/** Answers 200 with nothing in it: anything else would be repeated, or shown to a user who can do nothing about it. */
export function nothingToDo(kind: Kind, reason: DecisionReason, because: string): ReplyDecision {
  const reply: ReplyDecision = { kind: 'reply', status: 200, reason, because };
  // An empty body is an error in an option list; no options are not.
  return kind === 'options-load' ? { ...reply, json: { option_groups: [] } } : reply;
}

/** What is said when no region answers in time: a user must not see an error of Slack's, nor believe that it was done. */
export function whenUnavailable(slack: SlackWorkspaceRequest): Fallback {
  if (slack.kind === 'options-load') return { status: 200, json: { option_groups: [] } };
  // With a way to tell the person later, the text goes there.
  if (slack.kind === 'action' && slack.isModalSubmit && slack.responseUrl === undefined)
    return { status: 200, json: modal(NOT_DONE) };
  return { status: 200, json: ephemeral(NOT_DONE) };
}

const ephemeral = (text: string) => ({ response_type: 'ephemeral', replace_original: false, text });

/** Replaces a modal that was submitted: an empty answer would close it, as if all had gone well. */
const modal = (text: string) => ({
  response_action: 'update',
  view: {
    type: 'modal',
    title: { type: 'plain_text', text: 'Switchyard' },
    blocks: [{ type: 'section', text: { type: 'plain_text', text } }],
  },
});
