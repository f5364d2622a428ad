// node tools/build.mjs PROJECT_ROOT...   bundles src/main.ts of each project into dist/
import { build } from 'esbuild';
import { options } from './build-options.mjs';

await Promise.all(process.argv.slice(2).map((root) => build(options(root))));
