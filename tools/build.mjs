// node tools/build.mjs [PROJECT_ROOT...]   bundles src/main.ts of each project, or of all that have one, into dist/
import { build } from 'esbuild';
import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { options } from './build-options.mjs';

const everything = () =>
  ['apps', 'tools']
    .flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`))
    .filter((root) => existsSync(`${root}/src/main.ts`));

/** `main.ts`, and what only benchmarks run: an app's `bench.ts`, and the `programs.ts` that it is compared with. */
const entryPoints = (root) =>
  ['main', 'bench', 'programs'].map((name) => `${root}/src/${name}.ts`).filter((file) => existsSync(file));

/** Each file appears in one step, so that builds side by side never show a half-written one. */
async function bundle(root) {
  const { outputFiles } = await build({
    ...options(root),
    entryPoints: entryPoints(root),
    outdir: `dist/${root}`,
    write: false,
  });
  for (const { path, contents } of outputFiles) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.${process.pid}`, contents);
    renameSync(`${path}.${process.pid}`, path);
  }
}

const roots = process.argv.slice(2);
await Promise.all((roots.length > 0 ? roots : everything()).map(bundle));
