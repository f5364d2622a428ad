import type { HandlerSettings, RegionHandler } from './contract';
import * as handlers from './handlers';

/** Key of a provider that this region handles. */
export type HandledProvider = (typeof handlers)[keyof typeof handlers]['provider'];

/** Providers of the gateway whose requests no region takes; a test keeps this list and the handlers complete. */
export const PROVIDERS_WITHOUT_HANDLER: readonly string[] = ['google', 'vercel'];

/** The region's handlers by provider key, bound to the settings. */
export function createHandlers(settings: HandlerSettings): ReadonlyMap<HandledProvider, RegionHandler> {
  return new Map(Object.values(handlers).map((entry) => [entry.provider, entry.createHandler(settings)]));
}
