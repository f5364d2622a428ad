import { echoOf, slackLink } from '../slack-text';
import { divider, ephemeral, section } from './slack-message';
import type { EphemeralMessage } from './slack-message';

/** What help messages name. */
export interface HelpContext {
  /** With its slash. */
  readonly slackCommand: string;
  readonly docsUrl: string | undefined;
  readonly supportUrl: string | undefined;
}

type CommandList = readonly (readonly [command: string, description: string])[];

// Sorted by name (spec: slack.md §6.4).
const DIRECT_MESSAGE_COMMANDS: CommandList = [
  ['link', 'Link your Slack account, to act on issues from Slack.'],
  ['unlink', 'Unlink your Slack account.'],
];
const CHANNEL_COMMANDS: CommandList = [
  ['link team', "Send a team's issue alerts to this channel."],
  ['unlink team', "Stop sending a team's issue alerts to this channel."],
];
const HELP_COMMANDS: CommandList = [
  ['docs', 'Where the documentation is.'],
  ['help', 'This message.'],
  ['support', 'How to get help from a person.'],
];

/**
 * Lists the commands (spec: slack.md §6.4).
 *
 * @param unknownCommand what was typed, when it is no command at all
 */
export function helpMessage(context: HelpContext, unknownCommand?: string): EphemeralMessage {
  const unknown = unknownCommand === undefined ? [] : [section(`There is no command \`${echoOf(unknownCommand)}\`.`)];
  return ephemeral(`Commands of ${context.slackCommand}`, [
    ...unknown,
    section('*What you can type*'),
    section(`In a direct message:\n${linesOf(context, DIRECT_MESSAGE_COMMANDS)}`),
    section(`In a channel:\n${linesOf(context, CHANNEL_COMMANDS)}`),
    section(`Anywhere:\n${linesOf(context, HELP_COMMANDS)}`),
    section(contactLine(context)),
    divider,
    section(docsLine(context)),
  ]);
}

/** Answers `support`: two sections, the person first. */
export function supportMessage(context: HelpContext): EphemeralMessage {
  return ephemeral('How to get help', [section(contactLine(context)), section(docsLine(context))]);
}

/** Answers `docs`: two sections, the documentation first. */
export function docsMessage(context: HelpContext): EphemeralMessage {
  return ephemeral('Documentation', [section(docsLine(context)), section(contactLine(context))]);
}

/** Answers a command that is listed but not built yet: says so, instead of a link that leads nowhere. */
export function notAvailableMessage(context: HelpContext, command: string): EphemeralMessage {
  return ephemeral(
    `\`${context.slackCommand} ${command}\` is not available yet. Nothing was changed. ` +
      `\`${context.slackCommand} help\` lists the commands.`,
  );
}

const linesOf = ({ slackCommand }: HelpContext, commands: CommandList): string =>
  commands.map(([command, description]) => `\`${slackCommand} ${command}\`: ${description}`).join('\n');

const contactLine = ({ supportUrl }: HelpContext): string =>
  supportUrl === undefined
    ? 'Questions? Ask the people who installed this app in your workspace.'
    : `Questions? ${slackLink(supportUrl, 'Ask our support')}.`;

const docsLine = ({ docsUrl, slackCommand }: HelpContext): string =>
  docsUrl === undefined
    ? `No documentation page is set up for this app. \`${slackCommand} help\` lists all there is.`
    : `More is in ${slackLink(docsUrl, 'the documentation')}.`;
