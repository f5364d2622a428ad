import { readFileSync } from 'node:fs';
import { CommandError } from '../gateway-client';
import type { AdminClient } from '../gateway-client';
import { readHttpText } from '../http-text';
import type { Output } from '../output';

interface Explanation {
  readonly decision: string;
  readonly reason: string;
  readonly because: string;
  readonly steps: readonly { readonly step: string; readonly says: string; readonly facts?: Record<string, unknown> }[];
}

/** What `explain` may be told. */
export interface ExplainOptions {
  /** ISO 8601; signatures that carry a time are judged then. */
  readonly at?: string;
  readonly sender?: string;
}

/** Says where a recorded request would go, and why. `-` reads standard input. */
export async function explain(
  client: AdminClient,
  file: string,
  { at, sender }: ExplainOptions,
  output: Output,
): Promise<void> {
  const { body, ...request } = readHttpText(read(file));
  const explanation = await client.call<Explanation>('POST', 'explain', {
    ...request,
    bodyBase64: body.toString('base64'),
    at,
    senderAddress: sender,
  });
  output.show(explanation, () => describe(explanation));
}

function read(file: string): Buffer {
  try {
    return readFileSync(file === '-' ? 0 : file);
  } catch {
    throw new CommandError(`The file ${file} cannot be read.`);
  }
}

function describe({ decision, reason, steps }: Explanation): string {
  const width = Math.max(...steps.map(({ step }) => step.length));
  const lines = steps.flatMap(({ step, says, facts }) => [
    `${step.padEnd(width)}  ${says}`,
    ...factLines(facts).map((line) => `${' '.repeat(width)}    ${line}`),
  ]);
  return [`${decision} (${reason})`, '', ...lines].join('\n');
}

function factLines(facts: Record<string, unknown> = {}): readonly string[] {
  return Object.entries(facts)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(', ') || 'none' : String(value)}`);
}
