import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A code that the source gives to an error. */
export interface ErrorCode {
  readonly code: string;
  readonly remedy: string;
}

const CODE = /['"](SWY_[A-Z_]+)['"]/g;
/** The remedy stands within a few lines of its code, as one string or several that are added up. */
const REMEDY = /remedy:\s*((?:(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`)\s*\+?\s*)+)/;
const NEARBY_CHARACTERS = 700;

/** Every code in the sources of apps, libs and tools with its remedy, by code. */
export function findErrorCodes(root: string): readonly ErrorCode[] {
  const found = new Map<string, string>();
  for (const file of sources(root)) {
    const text = readFileSync(file, 'utf8');
    for (const match of text.matchAll(CODE)) {
      const code = match[1] ?? '';
      const after = text.slice(match.index, match.index + NEARBY_CHARACTERS);
      const remedy = wordsOf(REMEDY.exec(after)?.[1] ?? '');
      if (!found.has(code) || (found.get(code) === '' && remedy !== '')) found.set(code, remedy);
    }
  }
  return [...found]
    .map(([code, remedy]) => ({ code, remedy: remedy === '' ? 'The message says it.' : remedy }))
    .sort((left, right) => (left.code < right.code ? -1 : 1));
}

function sources(root: string): readonly string[] {
  return ['apps', 'libs', 'tools'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts') && !file.includes('testing'))
      .map((file) => join(root, folder, file)),
  );
}

function wordsOf(literal: string): string {
  const parts = literal.match(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`/g) ?? [];
  return parts
    .map((part) =>
      part
        .slice(1, -1)
        .replaceAll(/\$\{[^}]*\}/g, '…')
        .replaceAll(/\\(.)/g, '$1'),
    )
    .join('')
    .trim();
}
