import type { RegionResult } from '@switchyard/silo';

/** Who made an answer. */
export type AnsweredBy = 'gateway' | 'control' | 'region';

/** What the sender is told. */
export interface Answer {
  readonly status: number;
  /** Name, value, name, value, … */
  readonly headers: readonly string[];
  readonly body: Buffer;
  readonly answeredBy: AnsweredBy;
}

const EMPTY = Buffer.alloc(0);

/** An answer with a JSON body, or with none when `json` is undefined. */
export function jsonAnswer(
  answeredBy: AnsweredBy,
  status: number,
  json?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const pairs = Object.entries(headers).flat();
  if (json === undefined) return { status, headers: pairs, body: EMPTY, answeredBy };
  return {
    status,
    headers: ['Content-Type', 'application/json; charset=utf-8', ...pairs],
    body: Buffer.from(JSON.stringify(json)),
    answeredBy,
  };
}

/** A refusal of the gateway's own: `error` is a stable word, `detail` says what to do. */
export function problemAnswer(status: number, error: string, detail: string, headers?: Record<string, string>): Answer {
  return jsonAnswer('gateway', status, { error, detail }, headers);
}

/** A region's answer, as it came. */
export function regionAnswer(result: Extract<RegionResult, { kind: 'response' }>): Answer {
  return { status: result.status, headers: result.headers, body: result.body, answeredBy: 'region' };
}
