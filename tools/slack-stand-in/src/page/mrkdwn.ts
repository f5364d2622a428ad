import { withDots, withEmoji } from './emoji';
import { escapeHtml, Html } from './html';

/** Names of people and channels, for mentions. */
export interface Names {
  person(id: string): string | undefined;
  channel(id: string): string | undefined;
}

/** Stands for what is finished already; no text holds it. */
const MARK = '\u0000';
/** Code, or something between angle brackets. */
const SPECIAL = /```([\s\S]+?)```|`([^`\n]+)`|<([^<>\n]+)>/g;

/** Slack's markup as HTML: the subset that apps use. Nothing of the text gets out unescaped. */
export function mrkdwn(text: string, names: Names): Html {
  const done: string[] = [];
  const keep = (finished: string): string => `${MARK}${done.push(finished) - 1}${MARK}`;
  const marked = text
    .replaceAll(MARK, '')
    .replace(SPECIAL, (_whole, block?: string, code?: string, reference?: string) => {
      if (block !== undefined) return keep(`<pre>${literal(block)}</pre>`);
      if (code !== undefined) return keep(`<code>${literal(code)}</code>`);
      return keep(referenceHtml(reference ?? '', names));
    });
  const restored = restore(withDots(lines(styled(withEmoji(literal(marked))))), done);
  return new Html(restored);
}

/** Text without markup, as HTML. */
export const plainText = (text: string): Html => new Html(withEmoji(escapeHtml(text)).replaceAll('\n', '<br>'));

/** Slack's three entities are characters again before everything is escaped. */
function literal(text: string): string {
  return escapeHtml(text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'));
}

function styled(text: string): string {
  return text
    .replace(/(^|[\s(>:,])\*([^*\n]+)\*(?=$|[\s).,:;!?<])/g, '$1<b>$2</b>')
    .replace(/(^|[\s(>])_([^_\n]+)_(?=$|[\s).,:;!?<])/g, '$1<i>$2</i>')
    .replace(/(^|[\s(>])~([^~\n]+)~(?=$|[\s).,:;!?<])/g, '$1<s>$2</s>');
}

function lines(text: string): string {
  return text
    .split('\n')
    .map((line) => (line.startsWith('&gt;') ? `<blockquote>${line.slice(4).trim()}</blockquote>` : line))
    .join('<br>')
    .replaceAll('  ', '\u00a0 ')
    .replaceAll('</blockquote><br>', '</blockquote>');
}

function restore(text: string, done: readonly string[]): string {
  return text
    .split(MARK)
    .map((part, index) => (index % 2 === 0 ? part : (done[Number(part)] ?? '')))
    .join('');
}

function referenceHtml(reference: string, names: Names): string {
  const at = reference.indexOf('|');
  const [target, label] = at < 0 ? [reference, undefined] : [reference.slice(0, at), reference.slice(at + 1)];
  const mention = (text: string): string => `<span class="mention">${escapeHtml(text)}</span>`;
  if (target.startsWith('@')) return mention(`@${names.person(target.slice(1)) ?? label ?? target.slice(1)}`);
  if (target.startsWith('#')) return mention(`#${names.channel(target.slice(1)) ?? label ?? target.slice(1)}`);
  if (target.startsWith('!date^')) return escapeHtml(dateText(target, label ?? ''));
  if (target.startsWith('!')) return mention(`@${target.slice(1).split('^', 1).join()}`);
  const shown = styled(withEmoji(literal(label ?? target)));
  if (!/^(https?:\/\/|mailto:)/i.test(target)) return shown;
  return `<a href="${literal(target)}" target="_blank" rel="noopener noreferrer">${shown}</a>`;
}

/** `!date^1700000000^{date_short_pretty} {time}`, in the time of this machine. */
function dateText(target: string, fallback: string): string {
  const [, seconds = '', format = ''] = target.split('^');
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return fallback;
  const day = date.toLocaleDateString('en-US', { month: 'short', day: 'numeric', year: 'numeric' });
  const time = date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  return format.replace(/\{date[a-z_]*\}/g, day).replace(/\{time[a-z_]*\}/g, time);
}
