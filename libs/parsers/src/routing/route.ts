import type { Parser } from '../contract';

/** What a path means to a parser. */
export interface ResolvedRoute {
  /** Name of the route's view; `unknown` when none matches. */
  readonly view: string;
  /** Segments in angle brackets, as they came: not decoded. */
  readonly params: Readonly<Record<string, string>>;
}

interface CompiledRoutes {
  readonly fixed: ReadonlyMap<string, ResolvedRoute>;
  readonly patterns: readonly { readonly segments: readonly string[]; readonly view: string }[];
}

const NO_PARAMS: Readonly<Record<string, string>> = Object.freeze({});
const UNKNOWN: ResolvedRoute = Object.freeze({ view: 'unknown', params: NO_PARAMS });

/** Routes are compiled on a parser's first request; there are as many entries as parsers. */
const compiledOf = new WeakMap<Parser, CompiledRoutes>();

/**
 * Finds the view of a whole path (`/extensions/slack/event/`, no query) among a parser's routes.
 *
 * A route is matched exactly, but for a missing slash at the end, which some settings pages cut off. Routes without
 * parameters come first. A parameter matches one segment that is not empty.
 */
export function resolveRoute(parser: Parser, path: string): ResolvedRoute {
  const routes = compiledOf.get(parser) ?? compile(parser);
  const start = parser.prefix?.length ?? path.indexOf('/', '/extensions/'.length) + 1;
  const below = withoutSlash(path.slice(start));
  return routes.fixed.get(below) ?? matchPattern(routes, below.split('/')) ?? UNKNOWN;
}

function compile(parser: Parser): CompiledRoutes {
  const fixed = new Map<string, ResolvedRoute>();
  const patterns: { segments: readonly string[]; view: string }[] = [];
  for (const [route, view] of Object.entries(parser.routes)) {
    if (route.includes('<')) patterns.push({ segments: withoutSlash(route).split('/'), view });
    else fixed.set(withoutSlash(route), Object.freeze({ view, params: NO_PARAMS }));
  }
  const routes = { fixed, patterns };
  compiledOf.set(parser, routes);
  return routes;
}

function matchPattern({ patterns }: CompiledRoutes, segments: readonly string[]): ResolvedRoute | undefined {
  for (const pattern of patterns) {
    const params = matchSegments(pattern.segments, segments);
    if (params) return { view: pattern.view, params };
  }
  return undefined;
}

function matchSegments(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const segment = segments[index] ?? '';
    if (expected.startsWith('<')) {
      if (segment === '') return undefined;
      params[expected.slice(1, -1)] = segment;
    } else if (segment !== expected) {
      return undefined;
    }
  }
  return params;
}

const withoutSlash = (path: string): string => (path.endsWith('/') ? path.slice(0, -1) : path);
