import type { InboundRequest, Parser, ParserContext, RoutingDecision } from '../contract';
import { mailboxOf } from '../routing';

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
    expect(parse.mock.calls.length).toBeLessThanOrEqual(1);
    expect(decode.mock.calls.length).toBeLessThanOrEqual(1);
    expect(request.body.equals(before)).toBe(true);
    expectSound(parser, decision);
    return decision;
  } finally {
    parse.mockRestore();
    decode.mockRestore();
  }
}

/** Checks that the gateway can carry a decision out. */
export function expectSound(parser: Parser, decision: RoutingDecision): void {
  expect(decision.because).not.toBe('');
  if (decision.kind === 'reply') {
    expect(decision.status).toBeGreaterThanOrEqual(200);
    expect(decision.status).toBeLessThan(500);
    // Accepted means committed: a reply of the gateway's own may only drop what nobody handles.
    if (decision.status === 202) expect(decision.reason).toBe('dropped_event');
  }
  if (decision.kind === 'control') expect(decision.view.startsWith(`${parser.provider}.`)).toBe(true);
  if ('regions' in decision) {
    expect(decision.regions.length).toBeGreaterThan(0);
    expect(decision.regions).toEqual([...new Set(decision.regions)].sort());
  }
  if ('ackStatus' in decision) expect([200, 202]).toContain(decision.ackStatus);
  if (decision.kind === 'mailbox') expectMailbox(parser, decision);
}

function expectMailbox(parser: Parser, decision: RoutingDecision & { kind: 'mailbox' }): void {
  if (decision.eventType !== undefined) expect(parser.eventTypes?.has(decision.eventType)).toBe(true);
  expect((decision.providerDeliveryId ?? '').length).toBeLessThanOrEqual(64);
  for (const region of decision.regions) expect(() => mailboxOf(parser, decision, region)).not.toThrow();
}
