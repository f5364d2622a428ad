import type { InboundRequest, Parser, ParserContext, RoutingDecision } from '../contract';
import { soundnessProblem } from './soundness';

/**
 * Lets a parser decide and checks what holds for every decision: the body keeps its bytes and is decoded at most once, the
 * decision is one that the gateway can carry out.
 */
export async function decideSoundly(
  parser: Parser,
  request: InboundRequest,
  context: ParserContext,
): Promise<RoutingDecision> {
  const before = Buffer.from(request.body);
  const parse = jest.spyOn(JSON, 'parse');
  const decode = jest.spyOn(TextDecoder.prototype, 'decode');
  try {
    const decision = await parser.decide(request, context);
    expect(ofBodies(parse.mock.calls, before)).toBeLessThanOrEqual(1);
    expect(ofBodies(decode.mock.calls, before)).toBeLessThanOrEqual(1);
    expect(request.body.equals(before)).toBe(true);
    expectSound(parser, decision);
    return decision;
  } finally {
    parse.mockRestore();
    decode.mockRestore();
  }
}

/** Tokens are decoded, too, and are never as long. */
const TOKEN_CHARS = 1_000;

/** How many of the calls decoded a body: something that is about as long. */
function ofBodies(calls: readonly (readonly unknown[])[], body: Buffer): number {
  const least = Math.max(TOKEN_CHARS, body.length / 4);
  return calls.filter(([given]) => ((given as { length?: number } | undefined)?.length ?? 0) >= least).length;
}

/** Checks that the gateway can carry a decision out. */
export function expectSound(parser: Parser, decision: RoutingDecision): void {
  expect(soundnessProblem(parser, decision)).toBeUndefined();
}
