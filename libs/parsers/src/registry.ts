import type { Parser } from './contract';
import * as providers from './providers';

/** Every provider that has a parser. */
export type ProviderKey = (typeof providers)[keyof typeof providers]['provider'];

/** Every parser, by provider key. */
export const PARSERS: ReadonlyMap<ProviderKey, Parser> = new Map(
  Object.values(providers).map((parser) => [parser.provider, parser]),
);

/** The parser of a provider segment that came from outside; `undefined` when there is none. */
export function findParser(provider: string): Parser | undefined {
  return (PARSERS as ReadonlyMap<string, Parser>).get(provider);
}
