/** Longest echo of what somebody typed (spec: slack.md §6.4). */
const ECHO_CHARS = 100;

/** Escapes text for Slack: these three characters, as entities, and no others. */
export function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Trims, makes white space single and everything lower case: how commands are compared. */
export function normalizeCommand(text: string): string {
  return text.trim().replace(/\s+/g, ' ').toLowerCase();
}

/** What somebody typed, fit to stand between backticks: without backticks, cut at 100 characters, escaped last. */
export function echoOf(text: string): string {
  const characters = [...text.replaceAll('`', '').slice(0, 4 * ECHO_CHARS)];
  return escapeSlack(characters.slice(0, ECHO_CHARS).join(''));
}

/** `<url|label>`; the label must be safe already. */
export function slackLink(url: string, label: string): string {
  const target = url.replaceAll('|', '%7C').replaceAll('<', '%3C').replaceAll('>', '%3E');
  return `<${escapeSlack(target)}|${label}>`;
}
