import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Pages, StandInCore } from '@switchyard/slack/testing';
import { ChangeStream } from './change-stream';
import { channelPage, channelPath } from './channel-page';
import { messagesHtml } from './message-view';
import type { Viewer } from './message-view';
import { modalHtml } from './modal-view';

/** The pages of a stand-in: `/`, `/channel/TEAM/CHANNEL`, and what the latter asks for. */
export function createPages(core: StandInCore, command: string): Pages {
  const stream = new ChangeStream(core);
  return (request, response, url) => {
    const [, area = '', teamId = '', channel = ''] = url.pathname.split('/').map(decode);
    if (area === '') return goToFirst(core, response);
    if (area === 'stream') {
      stream.watch(request, response);
      return true;
    }
    const viewer = viewerOf(core, teamId, channel, url.searchParams.get('user'));
    if (viewer === undefined) return false;
    if (area === 'channel') sendPage(core, viewer, command, response);
    else if (area === 'fragment')
      sendJson(response, { messages: messagesHtml(core, viewer).text, modal: modalHtml(core, viewer).text });
    else return false;
    return true;
  };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}

/** Whoever is not named is the first person of the workspace. */
function viewerOf(core: StandInCore, teamId: string, channel: string, user: string | null): Viewer | undefined {
  const workspace = core.state.world.find(teamId);
  if (workspace?.channels.some(({ id }) => id === channel) !== true) return undefined;
  const person = workspace.people.find(({ id }) => id === user) ?? workspace.people[0];
  return { teamId, channel, userId: person?.id ?? '' };
}

function goToFirst(core: StandInCore, response: ServerResponse): boolean {
  const [workspace] = core.state.world.all();
  const [channel, person] = [workspace?.channels[0], workspace?.people[0]];
  if (workspace === undefined || channel === undefined) return false;
  const location = channelPath({ teamId: workspace.teamId, channel: channel.id, userId: person?.id ?? '' });
  response.writeHead(302, { location }).end();
  return true;
}

/** Nothing of a message may run, nothing is fetched from elsewhere. */
function sendPage(core: StandInCore, viewer: Viewer, command: string, response: ServerResponse): void {
  const nonce = randomBytes(16).toString('base64');
  const policy = [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ];
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy.join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  };
  response.writeHead(200, headers).end(channelPage(core, viewer, nonce, command));
}

function sendJson(response: ServerResponse, body: object): void {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  response.writeHead(200, headers).end(JSON.stringify(body));
}
