import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProviderNames } from './names';
import { templatesOf } from './templates';

const PROVIDERS = 'libs/parsers/src/providers.ts';
const REGION_REGISTRY = 'apps/region-silo/src/handlers/registry.ts';
const WITHOUT_HANDLER = /(PROVIDERS_WITHOUT_HANDLER: readonly string\[\] = \[)([^\]]*)(\])/;

/**
 * Writes a provider's folder and its one line of registration.
 *
 * @param root of the repository
 * @returns the files written or changed
 * @throws Error when there is such a provider already
 */
export function writeProvider(root: string, names: ProviderNames): readonly string[] {
  const folder = `libs/parsers/src/${names.slug}`;
  if (existsSync(join(root, folder))) throw new Error(`There is a folder ${folder} already.`);
  mkdirSync(join(root, folder), { recursive: true });
  const files = Object.entries(templatesOf(names)).map(([name, text]) => {
    writeFileSync(join(root, folder, name), text);
    return `${folder}/${name}`;
  });
  register(join(root, PROVIDERS), names);
  listWithoutHandler(join(root, REGION_REGISTRY), names);
  return [...files, PROVIDERS, REGION_REGISTRY];
}

function register(file: string, { slug, variable }: ProviderNames): void {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const line = `export { ${variable}Parser } from './${slug}';`;
  const folderOf = (text: string): string => /from '\.\/(.*)'/.exec(text)?.[1] ?? '';
  const sorted = [...lines, line].sort((left, right) => (folderOf(left) < folderOf(right) ? -1 : 1));
  writeFileSync(file, `${sorted.join('\n')}\n`);
}

/** Until a region handles it: the gateway's registry and the regions' are compared by a test. */
function listWithoutHandler(file: string, { key }: ProviderNames): void {
  const text = readFileSync(file, 'utf8');
  if (!WITHOUT_HANDLER.test(text)) throw new Error(`${file} has no list PROVIDERS_WITHOUT_HANDLER any more.`);
  const changed = text.replace(WITHOUT_HANDLER, (_whole, head: string, list: string, end: string) => {
    const keys = [...list.matchAll(/'(\w+)'/g)].map(([, name]) => name as string);
    return `${head}${[...keys, key]
      .sort()
      .map((name) => `'${name}'`)
      .join(', ')}${end}`;
  });
  writeFileSync(file, changed);
}
