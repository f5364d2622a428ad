import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { productionBytes, productionPackages } from './production-tree';

describe('the production tree', () => {
  let root: string;
  const write = (path: string, bytes: number): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), Buffer.alloc(bytes));
  };
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'switchyard-tree-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('is every package of the lock file that is here and not for development only, each counted once', () => {
    const packages = {
      '': {},
      'node_modules/a': {},
      'node_modules/a/node_modules/b': {},
      'node_modules/dev': { dev: true },
      'node_modules/other-platform': { optional: true },
    };
    writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages }));
    write('node_modules/a/lib/index.js', 100);
    write('node_modules/a/node_modules/b/index.js', 20);
    write('node_modules/dev/index.js', 4_000);
    expect(productionPackages(root)).toEqual(['node_modules/a', 'node_modules/a/node_modules/b']);
    expect(productionBytes(root)).toBe(120);
  });
});
