import type { InboundRequest, Parser, RoutingDecision } from '../../contract';
import { request } from '../request';
import { soundnessProblem } from '../soundness';
import { mutateBody, mutateHeaders } from './mutate';
import { SeededNumbers } from './random';
import { fuzzContext, seedBodies, seedHeaders, signAs } from './seeds';

/** A decision may take so long. */
const TIME_MAX_MS = 50;

const CONTENT_TYPES = [
  'application/json',
  'application/x-www-form-urlencoded',
  'text/plain',
  'application/json; x',
  '',
];
const METHODS = ['POST', 'POST', 'POST', 'POST', 'GET', 'PUT', ''];
const PARAMETERS = ['1', '2', '404', '-1', '', 'a.b.c', 'x'.repeat(300), '%2e', 'LR-1', '99999999999999999999'];

/** What became of one case. */
export interface FuzzResult {
  readonly kind: RoutingDecision['kind'] | 'none';
  readonly durationMs: number;
  /** What is wrong; `undefined` when nothing is. */
  readonly problem: string | undefined;
}

/** The request that a seed stands for; always the same for the same parser. */
export function fuzzRequest(parser: Parser, seed: number): InboundRequest {
  const random = new SeededNumbers(seed);
  const body = mutateBody(random.pick(seedBodies), random);
  const signature = random.once(3) ? {} : (signAs[parser.provider]?.(body) ?? {});
  const headers = { ...mutateHeaders(seedHeaders, random), ...signature, 'content-type': random.pick(CONTENT_TYPES) };
  const view = random.pick([...Object.values(parser.routes), 'unknown']);
  const names = Object.keys(parser.routes).flatMap((route) => [...route.matchAll(/<(\w+)>/g)].map(([, name]) => name));
  const params = Object.fromEntries(names.map((name) => [name, random.pick(PARAMETERS)]));
  const query = random.once(2) ? '' : random.pick(['jwt=a.b.c', 'a=%zz', 'x=1&x=2', '&&&']);
  return request(view, headers, body, {
    method: random.pick(METHODS),
    params,
    query,
    senderAddress: random.pick(['127.0.0.1', 'x', '']),
  });
}

/** Lets a parser decide the request of a seed and says what is wrong with the outcome. */
export async function fuzzOnce(parser: Parser, seed: number, clock: () => number): Promise<FuzzResult> {
  const given = fuzzRequest(parser, seed);
  const before = Buffer.from(given.body);
  const startedAt = clock();
  try {
    const decision = await parser.decide(given, fuzzContext);
    const durationMs = clock() - startedAt;
    const problem =
      soundnessProblem(parser, decision) ??
      (given.body.equals(before) ? undefined : 'the body was altered') ??
      (durationMs > TIME_MAX_MS ? `it took ${Math.round(durationMs)} ms` : undefined);
    return { kind: decision.kind, durationMs, problem };
  } catch (error) {
    return { kind: 'none', durationMs: clock() - startedAt, problem: `it threw ${String(error)}` };
  }
}
