import type { DomainKit } from './domain-kit';
import type { KitAnswer } from './region-kit';
import { payloadForm, slackRequest } from './slack-requests';

/** Where and by whom something is clicked; Ada on the message of issue 42 when nothing else is said. */
export interface ClickOptions {
  readonly user?: string;
  readonly integration?: string;
  readonly issue?: string;
  readonly rule?: string;
  readonly responseUrl?: string | null;
  /** Given twice, it is a delivery that comes again. */
  readonly deliveryId?: string;
  readonly more?: Readonly<Record<string, unknown>>;
}

/** Ada is U1 in workspace 1, Bob is U2 there; `U9` is nobody. */
export async function linkPeople(kit: DomainKit): Promise<void> {
  await kit.region.pool.query(
    `INSERT INTO slack_identity (integration_id, slack_user_id, user_id) VALUES (1, 'U1', 7), (1, 'U2', 8)`,
  );
}

/** Sends what Slack sends when somebody clicks in a message about an issue. */
export function click(kit: DomainKit, actions: readonly object[], options: ClickOptions = {}): Promise<KitAnswer> {
  const { user = 'U1', issue = '42', rule, responseUrl = kit.slack.responseUrl('r1'), more = {} } = options;
  const blockId = JSON.stringify({ issue, rule, org: '1' });
  return send(kit, options, {
    type: 'block_actions',
    team: { id: 'T001', domain: 'acme' },
    user: { id: user },
    trigger_id: '13.37.abc',
    container: { type: 'message', message_ts: '1700.000001', channel_id: 'C1', is_ephemeral: false },
    channel: { id: 'C1', name: 'alerts' },
    message: { ts: '1700.000001', blocks: [{ type: 'section', block_id: blockId }] },
    ...(responseUrl === null ? {} : { response_url: responseUrl }),
    actions,
    ...more,
  });
}

/** Sends what Slack sends when a dialog is submitted; the dialog as it was opened. */
export function submit(
  kit: DomainKit,
  choice: string | undefined,
  options: ClickOptions & { readonly callbackId?: string } = {},
): Promise<KitAnswer> {
  const { user = 'U1', callbackId = 'issue.resolve.v1', issue = '42' } = options;
  const state = {
    v: 1,
    issue,
    org: '1',
    channel_id: 'C1',
    message_ts: '1700.000001',
    orig_response_url: kit.slack.responseUrl('original'),
  };
  const selected = choice === undefined ? null : { value: choice };
  return send(kit, options, {
    type: 'view_submission',
    team: { id: 'T001' },
    user: { id: user },
    trigger_id: '13.38.abc',
    view: {
      id: 'V1',
      type: 'modal',
      callback_id: callbackId,
      private_metadata: JSON.stringify(state),
      state: { values: { s1: { 'static_select-action': { type: 'static_select', selected_option: selected } } } },
    },
  });
}

/** Asks for the people and teams that a search finds. */
export async function search(kit: DomainKit, value: string, options: ClickOptions = {}): Promise<KitAnswer> {
  const { user = 'U1', integration = '1', issue = '42', more = {} } = options;
  const payload = {
    type: 'block_suggestion',
    team: { id: 'T001' },
    user: { id: user },
    action_id: 'assign',
    value,
    container: { type: 'message', message_ts: '1700.000001', channel_id: 'C1' },
    message: { blocks: [{ block_id: JSON.stringify({ issue, org: '1' }) }] },
    ...more,
  };
  return kit.region.deliver(slackRequest('options-load', payloadForm(payload), { integrationId: integration }));
}

function send(kit: DomainKit, { integration = '1', deliveryId }: ClickOptions, payload: object): Promise<KitAnswer> {
  const rest = { integrationId: integration, ...(deliveryId === undefined ? {} : { deliveryId }) };
  return kit.region.deliver(slackRequest('action', payloadForm(payload), rest));
}

/** The text for the person alone. */
export const textOf = ({ text }: KitAnswer): string => (JSON.parse(text) as { text: string }).text;
