/** HTML that is safe to send: only {@link html} makes it. */
export class Markup {
  constructor(readonly text: string) {}
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** Marks that turn the order of letters around, so that a name could rewrite the sentence it stands in. */
const DIRECTION_MARKS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]+/g;
/** A name that goes on longer says nothing more. */
const NAME_CHARACTERS = 200;

/** Escapes every value that is not {@link Markup} itself. */
export function html(parts: TemplateStringsArray, ...values: readonly (string | number | Markup)[]): Markup {
  const texts = values.map((value) => (value instanceof Markup ? value.text : escapeHtml(String(value))));
  return new Markup(parts.map((part, index) => part + (texts[index] ?? '')).join(''));
}

/** A stranger's text on one line, for subjects and sentences: no line ends, no direction marks, bounded. */
export function oneLine(text: string): string {
  const clean = text.replace(DIRECTION_MARKS, '').replace(CONTROLS, ' ').trim();
  return [...clean].slice(0, NAME_CHARACTERS).join('');
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
