import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
}

/** What `npm ci --omit=dev` would install on this platform, by the lock file and what lies in node_modules. */
export function productionPackages(root: string): readonly string[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as LockFile;
  return Object.entries(packages)
    .filter(([path, { dev }]) => path.startsWith('node_modules/') && dev !== true)
    .map(([path]) => path)
    .filter((path) => existsSync(join(root, path)));
}

/** The bytes of these packages' files; what is nested in one is a package of its own. */
export function productionBytes(root: string): number {
  return productionPackages(root).reduce((sum, path) => sum + folderBytes(join(root, path)), 0);
}

/** The bytes of a folder's files, without a `node_modules` in it. */
export function folderBytes(folder: string): number {
  let sum = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) sum += lstatSync(path).size;
    else if (entry.name !== 'node_modules') sum += folderBytes(path);
  }
  return sum;
}
