/**
 * The reference's spelling of names in mails: every run of letters begins with a capital and goes on in small ones. It mangles names, which
 * is why only the strict baseline has it (outgoing-webhooks.md §5, D.3).
 */
export function titleCase(name: string): string {
  return name.toLowerCase().replace(/\p{L}+/gu, (letters) => letters.charAt(0).toUpperCase() + letters.slice(1));
}
