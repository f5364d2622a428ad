import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The workspace. */
export const ROOT = join(__dirname, '..', '..', '..');

/** One instruction: `RUN`, and what follows it with line continuations joined. */
export interface Instruction {
  readonly keyword: string;
  readonly text: string;
}

/** A stage of a Dockerfile. */
export interface Stage {
  readonly name: string;
  /** The stage or image that it starts from, as written. */
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

/** The parts of docker/Dockerfile. */
export interface Dockerfile {
  /** Of `ARG` before the first stage. */
  readonly args: Readonly<Record<string, string>>;
  readonly stages: readonly Stage[];
}

/**
 * Parses as much of the Dockerfile language as docker/Dockerfile uses.
 *
 * @throws Error for a stage without a name, and for an instruction that is no keyword with a text
 */
export function parseDockerfile(text: string): Dockerfile {
  const lines = text
    .split('\n')
    .filter((line) => !/^\s*(#|$)/.test(line))
    .join('\n')
    .replace(/\\\n\s*/g, ' ')
    .split('\n');
  const args: Record<string, string> = {};
  const stages: { name: string; from: string; instructions: Instruction[] }[] = [];
  for (const line of lines) {
    const [, keyword = '', rest = ''] = /^([A-Z]+)\s+(.+)$/.exec(line.trim()) ?? [];
    if (keyword === '') throw new Error(`not an instruction: ${line}`);
    const stage = stages.at(-1);
    if (keyword === 'FROM') stages.push(openStage(rest));
    else if (stage !== undefined) stage.instructions.push({ keyword, text: rest });
    else if (keyword === 'ARG') Object.assign(args, parsePairs(rest));
  }
  return { args, stages };
}

/** Reads docker/Dockerfile. */
export function readDockerfile(): Dockerfile {
  return parseDockerfile(readFileSync(join(ROOT, 'docker', 'Dockerfile'), 'utf8'));
}

function openStage(text: string): { name: string; from: string; instructions: Instruction[] } {
  const [, from = '', name = ''] = /^(\S+) AS (\S+)$/.exec(text) ?? [];
  if (name === '') throw new Error(`a stage without a name: FROM ${text}`);
  return { name, from, instructions: [] };
}

/** `A=1 B="two words"` of ARG, ENV and LABEL. */
export function parsePairs(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([\w.]+)=("([^"]*)"|\S*)/g)];
  return Object.fromEntries(pairs.map(([, name = '', raw = '', quoted]) => [name, quoted ?? raw]));
}

/** A stage and all that it starts from, the oldest first. */
export function lineage({ stages }: Dockerfile, target: string): readonly Stage[] {
  const stage = stages.find(({ name }) => name === target);
  if (stage === undefined) return [];
  return [...lineage({ args: {}, stages }, stage.from), stage];
}

/** The texts of one kind of instruction, over the whole lineage of a target. */
export function textsOf(file: Dockerfile, target: string, keyword: string): readonly string[] {
  return lineage(file, target).flatMap(({ instructions }) =>
    instructions.filter((instruction) => instruction.keyword === keyword).map(({ text }) => text),
  );
}
