/** A link of the product that can be shown (slack.md §6.2). */
export type SharedLink = {
  /** As Slack told it: the key under which it is unfurled. */
  readonly url: string;
} & (
  | { readonly kind: 'issue'; readonly issueId: string; readonly eventId: string | undefined }
  | { readonly kind: 'metric_alert'; readonly ruleId: string; readonly slug: string; readonly query: MetricAlertQuery }
);

/** What of a metric alert a link points at. */
export interface MetricAlertQuery {
  readonly incident: string | undefined;
  readonly period: string | undefined;
  readonly start: string | undefined;
  readonly end: string | undefined;
}

const ISSUE = /^(?:\/organizations\/[a-z0-9_-]{1,64})?\/issues\/(\d{1,19})(?:\/events\/(\w{1,64}))?\/?$/;
const ALERT = /^(?:\/organizations\/([a-z0-9_-]{1,64}))?\/alerts\/rules\/details\/(\d{1,19})\/?$/;

/**
 * Links that can be shown, each thing once, issues first; pure. Only links to the product's own host, or to a subdomain of it, which is then
 * an organization's.
 */
export function readSharedLinks(urls: readonly string[], productUrl: string | undefined): readonly SharedLink[] {
  if (productUrl === undefined) return [];
  const host = new URL(productUrl).host;
  const links = urls.map((url) => readLink(url, host)).filter((link) => link !== undefined);
  const seen = new Set<string>();
  const once = links.filter((link) => {
    const key = JSON.stringify({ ...link, url: undefined });
    return !seen.has(key) && seen.add(key);
  });
  return [...once.filter(({ kind }) => kind === 'issue'), ...once.filter(({ kind }) => kind !== 'issue')];
}

function readLink(url: string, host: string): SharedLink | undefined {
  const parsed = URL.parse(url.replaceAll('&amp;', '&'));
  if (parsed === null || (parsed.protocol !== 'https:' && parsed.protocol !== 'http:')) return undefined;
  const subdomain = parsed.host.endsWith(`.${host}`) ? parsed.host.slice(0, -host.length - 1) : undefined;
  if (parsed.host !== host && (subdomain === undefined || subdomain.includes('.'))) return undefined;
  const [, issueId, eventId] = ISSUE.exec(parsed.pathname) ?? [];
  if (issueId !== undefined) return { url, kind: 'issue', issueId, eventId };
  const [, path, ruleId] = ALERT.exec(parsed.pathname) ?? [];
  const slug = path ?? subdomain;
  if (ruleId === undefined || slug === undefined) return undefined;
  const get = (name: string): string | undefined => parsed.searchParams.get(name) ?? undefined;
  const query = { incident: get('alert'), period: get('period'), start: get('start'), end: get('end') };
  return { url, kind: 'metric_alert', ruleId, slug, query };
}
