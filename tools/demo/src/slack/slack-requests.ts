import { answerOnly, stored } from '../demo-request';
import type { DemoRequest, Expectation, Kind } from '../demo-request';
import {
  blockActions,
  blockSuggestion,
  eventCallback,
  linkEvent,
  mentionEvent,
  messageEvent,
  slashCommand,
  viewSubmission,
} from './slack-payloads';
import type { ClickSubject } from './slack-payloads';
import { FORM_TYPE, formOf, JSON_TYPE, payloadForm, responseUrl, slackHeaders } from './slack-sender';
import type { SlackOptions } from './slack-sender';

/** Where Slack sends what. */
export const SLACK_PATHS = {
  action: '/extensions/slack/action/',
  commands: '/extensions/slack/commands/',
  event: '/extensions/slack/event/',
  options: '/extensions/slack/options-load/',
} as const;

/** Everything that Slack sends to an app, correctly signed. */
export function slackRequests(options: SlackOptions): DemoRequest[] {
  return [
    challenge(options),
    ...commands(options),
    ...actions(options),
    modal(options),
    optionLoad(options),
    ...events(options),
  ];
}

function challenge(options: SlackOptions): DemoRequest {
  const word = options.ids.hex(16);
  const body = Buffer.from(JSON.stringify({ token: 'deprecated', challenge: word, type: 'url_verification' }));
  return json('slack-challenge', 'url_verification', body, answerOnly([200], ['control'], word), options);
}

/** Control knows all that help needs; what is about teams, any region may have (slack.md §7.6). */
function commands(options: SlackOptions): DemoRequest[] {
  const { team, callbackOrigin, ids } = options;
  const elsewhere = `${elsewhereThan(callbackOrigin)}/commands/${ids.hex(12)}`;
  const HELP = 'Commands of ';
  const UNKNOWN = 'There is no command';
  const command = (label: string, text: string, url: string | undefined, expected: Expectation): DemoRequest =>
    form('slack-command', label, SLACK_PATHS.commands, formOf(slashCommand(team, text, url)), expected, options);

  const linkTeam = responseUrl(options, 'commands');
  const later = { ...answerOnly([200], ['gateway']), deferred: { token: linkTeam.token, includes: '"text"' } };
  return [
    command('help', 'help', responseUrl(options, 'commands').url, answerOnly([200], ['control'], HELP)),
    command('unknown command', 'frobnicate', undefined, answerOnly([200], ['control'], UNKNOWN)),
    command("help with a response_url that is not Slack's", 'help', elsewhere, answerOnly([200], ['control'], HELP)),
    command('link team, answered later', 'link team', linkTeam.url, later),
  ];
}

/** A click on the issue, as its message says it, or as an old message that does not say whose it is. */
const subjectOf = ({ team, userId, issue }: SlackOptions, isNamed: boolean): ClickSubject => ({
  ...{ team, userId, issue: issue.id },
  organization: isNamed ? issue.organization : undefined,
});

function actions(options: SlackOptions): DemoRequest[] {
  // Messages say whose issue they are about, and one region is asked (gateway.md §3.10); old ones do not, and all are. Regions that do
  // not have the issue do nothing, and keep nothing.
  const clicks = ['other', 'named'].flatMap((value) =>
    [true, false].map((isDeferred) => {
      const url = isDeferred ? responseUrl(options, 'actions').url : undefined;
      // A region has nothing to say to a button, so nothing is posted: `deferred` stays empty, and that is checked.
      const expected = {
        ...answerOnly([200], [isDeferred ? 'gateway' : 'region']),
        recordedBy: [options.issue.region],
      };
      return action(value, url, expected, options);
    }),
  );
  // Prompts about the person alone are control's.
  const prompt = responseUrl(options, 'actions');
  const closed = { ...answerOnly([200], ['control']), deferred: { token: prompt.token, includes: 'delete_original' } };
  return [...clicks, action('link', prompt.url, closed, options)];
}

function action(value: string, url: string | undefined, expected: Expectation, options: SlackOptions): DemoRequest {
  const label = `option ${value}, ${url === undefined ? 'without' : 'with'} response_url`;
  const payload = blockActions(subjectOf(options, value === 'named'), value, url);
  return form('slack-action', label, SLACK_PATHS.action, payloadForm(payload), expected, options);
}

function modal(options: SlackOptions): DemoRequest {
  const expected = { ...answerOnly([200], ['region']), recordedBy: [options.issue.region] };
  const body = payloadForm(viewSubmission(subjectOf(options, true)));
  return form('slack-modal', 'view_submission', SLACK_PATHS.action, body, expected, options);
}

function optionLoad(options: SlackOptions): DemoRequest {
  const expected = answerOnly([200], ['region'], 'Linus');
  const body = payloadForm(blockSuggestion(subjectOf(options, true)));
  return form('slack-options', 'block_suggestion', SLACK_PATHS.options, body, expected, options);
}

function events(options: SlackOptions): DemoRequest[] {
  const { team, nowSeconds, regions, issue } = options;
  const ts = `${nowSeconds}.000200`;
  const first = regions.slice(0, 1);
  return [
    slackEvent('message', messageEvent(team, ts), first, options),
    slackEvent('app_mention', mentionEvent(team, ts), first, options),
    // The link names an organization, so its region is the one that can show it.
    slackEvent('link_shared', linkEvent(ts), [issue.region], options),
  ];
}

/** An event of the workspace, to be stored for these regions. */
function slackEvent(label: string, event: object, regions: readonly string[], options: SlackOptions): DemoRequest {
  const eventId = freshEventId(options);
  const body = Buffer.from(JSON.stringify(eventCallback(options.team, eventId, event, options.nowSeconds)));
  return { ...json('slack-event', label, body, stored(200, regions), options), providerDeliveryId: eventId };
}

/** An event id in Slack's form. */
export const freshEventId = ({ ids }: Pick<SlackOptions, 'ids'>): string => `Ev${ids.hex(6).toUpperCase()}`;

function json(kind: Kind, label: string, body: Buffer, expected: Expectation, options: SlackOptions): DemoRequest {
  const headers = slackHeaders(body, JSON_TYPE, options);
  return { kind, label, path: SLACK_PATHS.event, headers, body, times: 1, expected };
}

function form(
  kind: Kind,
  label: string,
  path: string,
  body: Buffer,
  expected: Expectation,
  options: SlackOptions,
): DemoRequest {
  return { kind, label, path, headers: slackHeaders(body, FORM_TYPE, options), body, times: 1, expected };
}

/** The same host with another port: allowed is one origin, not a host. */
function elsewhereThan(origin: string): string {
  const url = new URL(origin);
  url.port = url.port === '9' ? '10' : '9';
  return url.origin;
}
