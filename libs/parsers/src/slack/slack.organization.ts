import { isJsonObject } from '../contract';
import type { IntegrationView, JsonObject } from '../contract';

/** Longer ones are not ours: Slack's limits are 255 characters for ids and 3,000 for private metadata. */
const ROUTING_DATA_MAX = 3_000;
const BLOCKS_MAX = 50;

/** `"org":"7"` in the JSON that our messages carry in block ids and private metadata. */
const IN_JSON = /"org"\s*:\s*"?([A-Za-z0-9_-]{1,64})"?\s*[,}]/;
/** `resolve::7::12`: action, organization, project. */
const IN_ACTION_ID = /^[^:]{1,100}::([A-Za-z0-9_-]{1,64})(?:::|$)/;
/** `link team acme`. */
const IN_COMMAND = /^\s*(?:un)?link\s+team(?:\s+(\S{1,64}))?\s*$/i;

/** Ids or slugs of organizations that an interaction names, the most particular first (slack.md §7.6, gateway.md §3.10). */
export function organizationHints(data: JsonObject): readonly string[] {
  return [...actionIds(data), ...jsonTexts(data)].filter((hint) => hint !== undefined);
}

/** What a slash command says about teams: `undefined` when it is about something else. */
export function teamCommand(text: unknown): { readonly hints: readonly string[] } | undefined {
  const match = typeof text === 'string' ? IN_COMMAND.exec(text) : null;
  if (match === null) return undefined;
  return { hints: match[1] === undefined ? [] : [match[1]] };
}

const IN_PATH = /^\/organizations\/([a-z0-9][a-z0-9_-]{0,63})(?:\/|$)/i;
const LINKS_MAX = 100;
const URL_MAX = 8_192;

/** Slugs of the organizations that links are about; `undefined` when one does not say (slack.md §7.6). */
export function sharedSlugs(links: unknown): readonly string[] | undefined {
  if (!Array.isArray(links) || links.length === 0 || links.length > LINKS_MAX) return undefined;
  const slugs = (links as readonly unknown[]).map((link) => (isJsonObject(link) ? slugOf(link['url']) : undefined));
  return slugs.every((slug) => slug !== undefined) ? [...new Set(slugs)] : undefined;
}

function slugOf(url: unknown): string | undefined {
  if (typeof url !== 'string' || url.length > URL_MAX || !URL.canParse(url)) return undefined;
  return IN_PATH.exec(new URL(url).pathname)?.[1]?.toLowerCase();
}

/** The regions of organizations, by slug; all of the integration when one of them is not known. */
export function regionsOfSlugs(integration: IntegrationView, slugs: readonly string[] | undefined): readonly string[] {
  const found = slugs?.map(
    (slug) => integration.organizations.find((organization) => organization.slug === slug)?.region,
  );
  if (found === undefined || found.includes(undefined)) return integration.regions;
  return [...new Set(found.filter((region) => region !== undefined))].sort();
}

/** The regions of the organization that is named, and why; the whole integration when none is, or one that it does not have. */
export function narrow(
  integration: IntegrationView,
  hints: readonly string[],
): { readonly regions: readonly string[]; readonly because?: string } {
  for (const hint of hints) {
    const named = integration.organizations.find(({ id, slug }) => id === hint || slug === hint);
    if (named?.region !== undefined) return { regions: [named.region], because: `organization ${named.id} is named` };
  }
  return { regions: integration.regions };
}

function actionIds({ actions, action_id: own }: JsonObject): readonly (string | undefined)[] {
  const listed = listOf(actions).map((action) => (isJsonObject(action) ? action['action_id'] : undefined));
  return [...listed, own].map((id) => find(IN_ACTION_ID, id));
}

function jsonTexts({ actions, message, app_unfurl: unfurl, view }: JsonObject): readonly (string | undefined)[] {
  const blocks = [message, unfurl].flatMap((holder) => (isJsonObject(holder) ? listOf(holder['blocks']) : []));
  const texts = [...listOf(actions), ...blocks].map((block) => (isJsonObject(block) ? block['block_id'] : undefined));
  return [isJsonObject(view) ? view['private_metadata'] : undefined, ...texts].map((text) => find(IN_JSON, text));
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value.slice(0, BLOCKS_MAX) : []);

function find(pattern: RegExp, value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= ROUTING_DATA_MAX ? pattern.exec(value)?.[1] : undefined;
}
