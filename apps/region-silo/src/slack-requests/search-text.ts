/** Letters without their accents, in lower case. */
const folded = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Whether a search is the beginning of one of the values or of a word in one, whatever the case and the accents; pure. */
export function matchesSearch(values: readonly string[], search: string): boolean {
  const wanted = folded(search.trim());
  return values.map(folded).some((value) => value.startsWith(wanted) || value.includes(` ${wanted}`));
}
