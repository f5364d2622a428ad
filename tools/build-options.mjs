import { transformFile } from '@swc/core';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));
const { $schema: _schema, ...swcrc } = readJson('.swcrc');
const { paths } = readJson('tsconfig.base.json').compilerOptions;

/** Resolves `@switchyard/*` by the paths of tsconfig.base.json; esbuild's own alias would also rewrite sub-paths. */
const workspaceLibs = {
  name: 'workspace-libs',
  setup(build) {
    build.onResolve({ filter: /^@switchyard\// }, ({ path }) => {
      const target = paths[path]?.[0];
      return target
        ? { path: resolve(target) }
        : { errors: [{ text: `${path} is not in tsconfig.base.json's paths` }] };
    });
  },
};

/** swc compiles each file first, because esbuild cannot emit the decorator metadata that Nest and TypeORM read. */
const decorators = {
  name: 'swc-decorators',
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const { code } = await transformFile(path, {
        ...swcrc,
        swcrc: false,
        module: { type: 'es6' },
        sourceMaps: 'inline',
      });
      return { contents: code, loader: 'js' };
    });
  },
};

/** esbuild options for one project: workspace libs inside the bundle, npm packages outside. */
export const options = (root) => ({
  entryPoints: [`${root}/src/main.ts`],
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  packages: 'external',
  loader: { '.sql': 'text', '.html': 'text' },
  sourcemap: true,
  logLevel: 'warning',
  plugins: [workspaceLibs, decorators],
});
