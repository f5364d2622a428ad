/*
 * Payloads constructed after Slack's documentation (spec: slack.md, appendix C), with the fields that Slack sends.
 */

/** `event_callback` around one event. */
export function eventCallback(team: string, eventId: string, event: object, nowSeconds: number): object {
  return {
    token: 'deprecated',
    team_id: team,
    api_app_id: 'A0SWITCH',
    event,
    type: 'event_callback',
    event_id: eventId,
    event_time: nowSeconds,
    authorizations: [{ enterprise_id: null, team_id: team, user_id: 'U0BOT', is_bot: true }],
  };
}

/** A message in a direct channel; the text is not ASCII on purpose: bytes are what counts. */
export const messageEvent = (team: string, ts: string): object => ({
  type: 'message',
  channel_type: 'im',
  channel: 'D024BE91L',
  user: 'U2147483697',
  text: 'Wie geht’s? häß 🎉 \u2028 "quoted"',
  ts,
  team,
});

/** Somebody names the app in a channel. */
export const mentionEvent = (team: string, ts: string): object => ({
  type: 'app_mention',
  channel: 'C0LAN2Q65',
  user: 'U061F7AUR',
  text: '<@U0LAN0Z89> is it everything a river should be?',
  ts,
  team,
});

/** Somebody posts a link to an issue. */
export const linkEvent = (ts: string): object => ({
  type: 'link_shared',
  channel: 'C0LAN2Q65',
  user: 'U061F7AUR',
  message_ts: ts,
  unfurl_id: `C0LAN2Q65.${ts}.0`,
  source: 'conversations_history',
  links: [{ domain: 'example.com', url: 'https://example.com/organizations/acme/issues/42/?a=1&amp;b=2' }],
});

/** What a click is about. */
export interface ClickSubject {
  readonly team: string;
  readonly userId: string;
  readonly issue: string;
  /** Absent: the message does not say whose it is. */
  readonly organization?: string | undefined;
}

/** A button in a message, with the value that decides how many regions are asked, and the organization if it names one. */
export function blockActions(
  { team, userId, issue, organization }: ClickSubject,
  value: string,
  responseUrl: string | undefined,
): object {
  return {
    type: 'block_actions',
    user: { id: userId, username: 'ada', team_id: team },
    api_app_id: 'A0SWITCH',
    container: { type: 'message', message_ts: '1700000000.000100', channel_id: 'C0ALERTS', is_ephemeral: false },
    trigger_id: '13345224609.738474920.8088930838d88f008e0',
    team: { id: team, domain: 'acme' },
    channel: { id: 'C0ALERTS', name: 'alerts' },
    message: {
      ts: '1700000000.000100',
      blocks: [{ type: 'section', block_id: JSON.stringify({ issue, org: organization }) }],
    },
    ...(responseUrl === undefined ? {} : { response_url: responseUrl }),
    actions: [
      {
        type: 'button',
        action_id: value,
        block_id: 'b1',
        value,
        text: { type: 'plain_text', text: 'Look' },
        action_ts: '1700000000.100000',
      },
    ],
  };
}

/** A modal that somebody submits without having chosen anything. */
export const viewSubmission = ({ team, userId, issue, organization }: ClickSubject): object => ({
  type: 'view_submission',
  team: { id: team, domain: 'acme' },
  user: { id: userId, username: 'ada', team_id: team },
  api_app_id: 'A0SWITCH',
  trigger_id: '13345224609.738474920.8088930838d88f008e1',
  response_urls: [],
  view: {
    id: 'V0SWITCH',
    type: 'modal',
    callback_id: 'issue.resolve.v1',
    private_metadata: JSON.stringify({ v: 1, issue, org: organization, channel_id: 'C0ALERTS' }),
    state: { values: { s1: { 'static_select-action': { selected_option: null } } } },
  },
});

/** A select asks for its options. */
export const blockSuggestion = ({ team, userId, issue, organization }: ClickSubject): object => ({
  type: 'block_suggestion',
  team: { id: team, domain: 'acme' },
  user: { id: userId },
  action_id: 'assign',
  value: 'li',
  container: { type: 'message', message_ts: '1700000000.000100', channel_id: 'C0ALERTS' },
  message: { blocks: [{ type: 'section', block_id: JSON.stringify({ issue, org: organization }) }] },
});

/** What a slash command's form holds. */
export function slashCommand(team: string, text: string, responseUrl: string | undefined): Record<string, string> {
  return {
    token: 'deprecated',
    team_id: team,
    team_domain: 'acme',
    channel_id: 'C0LAN2Q65',
    channel_name: 'general',
    user_id: 'U061F7AUR',
    user_name: 'ada',
    command: '/switchyard',
    text,
    api_app_id: 'A0SWITCH',
    is_enterprise_install: 'false',
    ...(responseUrl === undefined ? {} : { response_url: responseUrl }),
    trigger_id: '13345224609.738474920.8088930838d88f008e2',
  };
}
