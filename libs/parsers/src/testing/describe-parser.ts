import type { DirectoryView, InboundRequest, Parser, ParserContext, RoutingDecision } from '../contract';
import { contextOf } from './directory-of';
import { decideSoundly } from './expect-sound';
import { request } from './request';

/** One row of a parser's table. */
export interface ParserCase {
  /** The spec's case id first, where there is one. */
  readonly name: string;
  readonly given: InboundRequest;
  /** What of the decision matters here. */
  readonly expect: Readonly<Record<string, unknown>>;
}

/** What the kit needs to get past a provider's signature check. */
export interface DescribeParserOptions {
  /** Headers that sign a body with the context's secrets. */
  readonly sign?: (body: Buffer) => Readonly<Record<string, string>>;
}

const ONE_MEGABYTE = 1_048_576;

const BODIES: Readonly<Record<string, Buffer>> = {
  'an empty body': Buffer.alloc(0),
  'a binary body': Buffer.from([0x00, 0xff, 0xfe, 0x80, 0x7b]),
  'a megabyte of text': Buffer.alloc(ONE_MEGABYTE, 'a'),
  'a megabyte of JSON': Buffer.from(`{"payload":"${'a'.repeat(ONE_MEGABYTE - 14)}"}`),
  'a megabyte of form': Buffer.from(`payload=%7B%7D&text=${'a'.repeat(ONE_MEGABYTE - 20)}`),
  'a JSON array': Buffer.from('[]'),
  'JSON null': Buffer.from('null'),
  'JSON with a prototype': Buffer.from('{"__proto__":{"team_id":"T1"},"constructor":{"id":1}}'),
};

/**
 * Runs a parser's table, and with it the checks that hold for every parser: each view is tried with bodies that no
 * provider sends, signed and not; a parser never throws, never alters a body, never decodes one twice.
 */
export function describeParser(
  parser: Parser,
  given: DirectoryView | ParserContext,
  cases: readonly ParserCase[],
  { sign }: DescribeParserOptions = {},
): void {
  const context = 'findIntegration' in given ? contextOf(given) : given;

  describe(`parser ${parser.provider}`, () => {
    it.each(cases.map((row) => [row.name, row] as const))('%s', async (_name, row) => {
      const decision: RoutingDecision = await decideSoundly(parser, row.given, context);
      expect(decision).toMatchObject(row.expect);
    });

    describe.each([...new Set([...Object.values(parser.routes), 'unknown'])])('view %s', (view) => {
      it.each(Object.entries(BODIES))('stands %s', async (_name, body) => {
        const signature = sign?.(body) ?? {};
        for (const type of ['application/json', 'application/x-www-form-urlencoded', 'text/plain']) {
          for (const method of ['POST', 'GET']) {
            for (const headers of [{ 'content-type': type }, { 'content-type': type, ...signature }]) {
              await decideSoundly(parser, request(view, headers, body, { method }), context);
            }
          }
        }
      });
    });
  });
}
