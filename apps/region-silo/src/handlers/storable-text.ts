/**
 * Makes text from outside fit for a PostgreSQL `text` column: cut at `maxChars` UTF-16 units, never within a character,
 * and without NUL, which JSON can carry (`\u0000`) and PostgreSQL cannot store.
 */
export function storableText(text: string, maxChars: number): string {
  const clean = text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text;
  if (clean.length <= maxChars) return clean;
  return clean.slice(0, isHighSurrogate(clean.charCodeAt(maxChars - 1)) ? maxChars - 1 : maxChars);
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
