import { answerOnly } from './demo-request';
import type { DemoRequest, Expectation } from './demo-request';
import { githubExamples, githubHeaders, GITHUB_PATH, installedFor, toRequest } from './github/github-requests';
import type { GithubOptions } from './github/github-requests';
import { githubSignatureHeaders } from './signatures';
import { eventCallback, mentionEvent, slashCommand } from './slack/slack-payloads';
import { freshEventId, SLACK_PATHS } from './slack/slack-requests';
import { FORM_TYPE, formOf, JSON_TYPE, responseUrl, slackHeaders } from './slack/slack-sender';
import type { SlackOptions, SlackSigning } from './slack/slack-sender';

/** Ids that no sample directory holds. */
const UNKNOWN_INSTALLATION = '9007199254740991';
const UNKNOWN_TEAM = 'T0UNKNOWN';

const REFUSED = answerOnly([401], ['gateway']);

/** What must change nothing: forged, stale, broken, or about somebody unknown. */
export function forgedRequests(github: GithubOptions, slack: SlackOptions): DemoRequest[] {
  return [...forgedGithub(github), ...forgedSlack(slack)];
}

function forgedGithub(options: GithubOptions): DemoRequest[] {
  const push = githubExamples().find(({ event }) => event === 'push');
  if (push === undefined) return [];
  const { body } = toRequest('forged', installedFor(push, options.sampleInstallation), options);
  const tampered = Buffer.concat([body, Buffer.from(' ')]);
  const signed = (bytes: Buffer, secret = options.secret): string[] => githubSignatureHeaders(bytes, secret);

  const make = (label: string, given: Partial<DemoRequest> & { signature: string[] }): DemoRequest => {
    const guid = options.ids.guid();
    const { signature, ...request } = given;
    const headers = [...githubHeaders('push', guid, options.ids), ...signature];
    return {
      ...{ kind: 'forged', label, path: GITHUB_PATH, headers, body, times: 1, expected: REFUSED },
      ...{ providerDeliveryId: guid },
      ...request,
    };
  };
  const unsigned = make('GitHub: unsigned', { signature: [] });
  const asForm = make('GitHub: wrong content type', {
    signature: signed(body),
    expected: answerOnly([415], ['gateway']),
  });
  return [
    make('GitHub: signed with another secret', { signature: signed(body, 'not the secret') }),
    unsigned,
    make('GitHub: altered after signing', { signature: signed(body), body: tampered }),
    { ...asForm, headers: withContentType(asForm.headers, FORM_TYPE) },
    {
      ...toRequest('forged', installedFor(push, UNKNOWN_INSTALLATION), options),
      label: 'GitHub: unknown installation',
      expected: answerOnly([400], ['gateway']),
    },
    make('unknown provider', {
      signature: signed(body),
      path: '/extensions/nobody/webhook/',
      expected: answerOnly([404], ['gateway']),
    }),
  ];
}

function forgedSlack(options: SlackOptions): DemoRequest[] {
  const { nowSeconds } = options;
  return [
    event('Slack: signed with another secret', options, REFUSED, { secret: 'not the secret' }),
    event('Slack: timestamp ten minutes old', options, REFUSED, { timestamp: nowSeconds - 600 }),
    event('Slack: timestamp ten minutes ahead', options, REFUSED, { timestamp: nowSeconds + 600 }),
    unsignedEvent(options),
    // 200: anything else would be sent again, and nobody can do anything about it (spec: slack.md §4.7).
    event('Slack: event of an unknown workspace', { ...options, team: UNKNOWN_TEAM }, answerOnly([200], ['gateway'])),
    unknownWorkspaceCommand(options),
    formToEvents(options),
  ];
}

function event(label: string, options: SlackOptions, expected: Expectation, signing?: SlackSigning): DemoRequest {
  const eventId = freshEventId(options);
  const { team, nowSeconds } = options;
  const inner = mentionEvent(team, `${nowSeconds}.000300`);
  const body = Buffer.from(JSON.stringify(eventCallback(team, eventId, inner, nowSeconds)));
  const headers = slackHeaders(body, JSON_TYPE, options, signing);
  return {
    ...{ kind: 'forged', label, path: SLACK_PATHS.event, headers, body, times: 1, expected },
    providerDeliveryId: eventId,
  };
}

function unsignedEvent(options: SlackOptions): DemoRequest {
  const request = event('Slack: unsigned', options, REFUSED);
  return { ...request, headers: ['Content-Type', JSON_TYPE] };
}

/** It is signed, so it is answered in words; nothing may be posted to its response URL. */
function unknownWorkspaceCommand(options: SlackOptions): DemoRequest {
  const { url } = responseUrl(options, 'commands');
  const body = formOf(slashCommand(UNKNOWN_TEAM, 'help', url));
  return {
    ...{ kind: 'forged', label: 'Slack: command of an unknown workspace', path: SLACK_PATHS.commands, times: 1 },
    ...{ headers: slackHeaders(body, FORM_TYPE, options), body },
    expected: answerOnly([200], ['gateway'], 'not connected'),
  };
}

function formToEvents(options: SlackOptions): DemoRequest {
  const request = event('Slack: event with the content type of a form', options, answerOnly([415], ['gateway']));
  return { ...request, headers: withContentType(request.headers, FORM_TYPE) };
}

function withContentType(headers: readonly string[], contentType: string): string[] {
  const at = headers.indexOf('Content-Type');
  return headers.map((value, index) => (index === at + 1 ? contentType : value));
}
