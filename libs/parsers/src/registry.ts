import type { Parser } from './contract';
import * as providers from './providers';
import type { Classification } from './routing';

/** Every provider that has a parser. */
export type ProviderKey = (typeof providers)[keyof typeof providers]['provider'];

/** Every parser, by provider key. */
export const PARSERS: ReadonlyMap<ProviderKey, Parser> = new Map(
  Object.values(providers).map((parser) => [parser.provider, parser]),
);

/** The parser of a path that providers call; `undefined` when it belongs to none. */
export function findParserOf(classification: Classification): Parser | undefined {
  switch (classification.kind) {
    case 'integration':
      return classification.provider === undefined ? undefined : findParser(classification.provider);
    case 'plugin':
      return findParser('plugins');
    case 'none':
      return undefined;
  }
}

/** The parser of a provider segment that came from outside; `undefined` when there is none. */
export function findParser(provider: string): Parser | undefined {
  return (PARSERS as ReadonlyMap<string, Parser>).get(provider);
}
