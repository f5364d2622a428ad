import type { SlackWorkspaceData, StandInCore } from '@switchyard/slack/testing';
import template from './channel-page.html';
import { escapeHtml, html, Html } from './html';
import { messagesHtml } from './message-view';
import type { Viewer } from './message-view';
import { modalHtml } from './modal-view';

/** The address of a channel, as somebody sees it. */
export const channelPath = ({ teamId, channel, userId }: Viewer): string =>
  `/channel/${encodeURIComponent(teamId)}/${encodeURIComponent(channel)}?user=${encodeURIComponent(userId)}`;

/** The page of a channel; all that is in it is text, however it is written. */
export function channelPage(core: StandInCore, viewer: Viewer, nonce: string, command: string): string {
  const workspace = core.state.world.find(viewer.teamId);
  const name = core.state.world.channel(viewer.teamId, viewer.channel)?.name ?? viewer.channel;
  const heading = viewer.channel.startsWith('D') ? name : `# ${name}`;
  const parts: Readonly<Record<string, Html | string | undefined>> = {
    title: `${heading} · ${workspace?.name ?? ''}`,
    nonce,
    team: viewer.teamId,
    channel: viewer.channel,
    user: viewer.userId,
    heading,
    command,
    sidebar: html`${core.state.world.all().map((one) => workspaceHtml(one, viewer))}`,
    people: peopleHtml(workspace, viewer.userId),
    messages: messagesHtml(core, viewer),
    modal: modalHtml(core, viewer),
  };
  return template.replace(/\{\{([a-z]+)\}\}/g, (_whole, part: string) => {
    const value = parts[part];
    return value instanceof Html ? value.text : escapeHtml(value ?? '');
  });
}

function workspaceHtml({ teamId, name, domain, channels, people }: SlackWorkspaceData, viewer: Viewer): Html {
  const userId = teamId === viewer.teamId ? viewer.userId : (people[0]?.id ?? '');
  const links = channels
    .filter(({ isArchived }) => isArchived !== true)
    .map((channel) => {
      const isHere = teamId === viewer.teamId && channel.id === viewer.channel;
      const path = channelPath({ teamId, channel: channel.id, userId });
      const sign = channel.id.startsWith('D') ? '⇄' : channel.isPrivate === true ? '🔒' : '#';
      return html`<a href="${path}" class="${isHere ? 'here' : ''}">${sign} ${channel.name}</a>`;
    });
  return html`<h2>${name}</h2>
    <small>${domain}.slack.test</small>${links}`;
}

function peopleHtml(workspace: SlackWorkspaceData | undefined, userId: string): Html {
  const options = (workspace?.people ?? []).map(
    ({ id, name }) => html`<option value="${id}" ${id === userId ? html`selected` : undefined}>${name}</option>`,
  );
  return html`<select id="person">
    ${options}
  </select>`;
}
