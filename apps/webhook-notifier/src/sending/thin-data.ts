/** What receivers need to fetch the rest by themselves. */
const KEPT = new Set(['id', 'issue_id', 'comment_id', 'uuid', 'slug', 'url', 'web_url', 'issue_url', 'project_url']);
const TEXT_MAX = 2_000;

/** The data of an event whose body would be too large: ids and URLs of what it is about, and a mark (spec §11.2). */
export function thinData(data: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const thin = Object.entries(data).flatMap(([name, value]): [string, unknown][] => {
    if (isRecord(value)) return [[name, scalarsOf(value, (key) => KEPT.has(key))]];
    return isShort(value) ? [[name, value]] : [];
  });
  return { ...Object.fromEntries(thin), truncated: true };
}

function scalarsOf(
  record: Readonly<Record<string, unknown>>,
  isKept: (key: string) => boolean,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([key, value]) => isKept(key) && isShort(value)));
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isShort(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= TEXT_MAX;
  return typeof value === 'number' || typeof value === 'boolean' || value === null;
}
