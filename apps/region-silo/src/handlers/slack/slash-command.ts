import { docsMessage, helpMessage, normalizeCommand, notAvailableMessage, supportMessage } from '@switchyard/slack';
import type { EphemeralMessage, HelpContext } from '@switchyard/slack';

/**
 * Answers a slash command (spec: slack.md §6.3).
 *
 * `link` and `unlink` take nothing or `team …`; with anything else they are unknown, like every other word.
 *
 * @param text what was typed after the command's name
 */
export function answerSlashCommand(text: string, context: HelpContext): EphemeralMessage {
  const normalized = normalizeCommand(text);
  const [command = '', argument] = normalized.split(' ');
  switch (command) {
    case '':
    case 'help':
      return helpMessage(context);
    case 'support':
      return supportMessage(context);
    case 'docs':
      return docsMessage(context);
    case 'link':
    case 'unlink':
      if (argument === undefined) return notAvailableMessage(context, command);
      if (argument === 'team') return notAvailableMessage(context, `${command} team`);
      return helpMessage(context, normalized);
    default:
      return helpMessage(context, normalized);
  }
}
