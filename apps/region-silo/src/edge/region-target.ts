import { classify, findParserOf, resolveRoute } from '@switchyard/parsers';
import type { DeliveryTarget } from '../deliveries/delivery.service';
import type { RegionHandler } from '../handlers/contract';

/** Whom a path is for: a view of a handler, or nobody. */
export type TargetLookup =
  | { readonly kind: 'target'; readonly target: DeliveryTarget; readonly params: Readonly<Record<string, string>> }
  | { readonly kind: 'unknown'; readonly error: 'unknown_provider' | 'unknown_view' };

/** Finds the handler's view by the same table as the gateway (spec: gateway.md §7.1). The path comes as on the wire. */
export function findTarget(handlers: ReadonlyMap<string, RegionHandler>, path: string): TargetLookup {
  const parser = findParserOf(classify(path));
  const handler = parser && handlers.get(parser.provider);
  if (handler === undefined || parser === undefined) return UNKNOWN_PROVIDER;

  const { view: viewName, params } = resolveRoute(parser, path);
  const view = handler.views.get(viewName);
  if (view === undefined) return { kind: 'unknown', error: 'unknown_view' };
  return { kind: 'target', target: { provider: parser.provider, viewName, view }, params };
}

const UNKNOWN_PROVIDER: TargetLookup = { kind: 'unknown', error: 'unknown_provider' };
