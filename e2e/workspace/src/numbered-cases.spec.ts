import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import lists from './numbered-cases.json';

const ROOT = join(__dirname, '..', '..', '..');

/** Specs, and the contract suites that several specs share. */
function specsBelow(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => path.endsWith('.spec.ts') || /\/testing\/describe-[\w-]+\.ts$/.test(path));
}

/** Ids in names of tests: at the start of a string, or after a comma or semicolon in it (`'D10: seven days; D22, D23: then nothing'`). */
function namedIn(source: string): readonly string[] {
  const texts = source.match(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\\n]|\\.)*`/g) ?? [];
  return texts.flatMap((text) =>
    [...text.slice(1, -1).matchAll(/(?:^|[,;/] ?|\band )([A-Z]\d+[a-z]?)(?=[:, ;/]|$)/g)].map(([, id]) => id ?? ''),
  );
}

describe('the numbered cases of the specifications', () => {
  it.each(lists)('$list: each is named by a test', ({ folders, cases }) => {
    const named = new Set(folders.flatMap(specsBelow).flatMap((path) => namedIn(readFileSync(path, 'utf8'))));
    const missing = cases.split(' ').filter((id) => !named.has(id));
    expect(missing).toEqual([]);
  });

  it('are read from the names of tests as they are written', () => {
    expect(namedIn(`it('D10: seven days; D22, D23: then nothing', () => 0)`)).toEqual(['D10', 'D22', 'D23']);
    expect(namedIn(`['T18 has_profile', 1], ['C1', []], it('no D9 here')`)).toEqual(['T18', 'C1']);
  });
});
