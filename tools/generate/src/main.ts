import { readFileSync, writeFileSync } from 'node:fs';
import prettier from 'prettier';
import { describeApps } from './app-description';
import { chartSchema } from './chart-schema';
import { findErrorCodes } from './error-codes';
import { errorsPage, metricsPage, settingNames, settingsPage } from './pages';

const CHART_SCHEMA = 'docker/chart/values.schema.json';

const USAGE = `npm run generate [-- --check]

Writes what is derived from the code: docs/settings.md, docs/metrics.md, docs/errors.md, the list of known settings, and which
of them the Helm chart must refuse as plain values.

  --check   writes nothing; exits with 1 and names the files that are out of date
`;

async function generated(): Promise<ReadonlyMap<string, string>> {
  const apps = describeApps();
  const files = new Map([
    ['docs/settings.md', settingsPage(apps)],
    ['docs/metrics.md', metricsPage(apps)],
    ['docs/errors.md', errorsPage(findErrorCodes('.'))],
    ['libs/config/src/known-names.json', JSON.stringify(settingNames(apps))],
    [CHART_SCHEMA, chartSchema(apps, contentOf(CHART_SCHEMA))],
  ]);
  const options = await prettier.resolveConfig('package.json');
  const formatted = await Promise.all(
    [...files].map(
      async ([file, text]) => [file, await prettier.format(text, { ...options, filepath: file })] as const,
    ),
  );
  return new Map(formatted);
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--help')) return void process.stdout.write(USAGE);
  const stale = [...(await generated())].filter(([file, text]) => contentOf(file) !== text);
  if (!args.includes('--check')) {
    for (const [file, text] of stale) writeFileSync(file, text);
    process.stdout.write(
      stale.length === 0 ? 'Nothing was out of date.\n' : `Written: ${stale.map(([file]) => file).join(', ')}\n`,
    );
    return;
  }
  if (stale.length === 0) return void process.stdout.write('What is generated is up to date.\n');
  process.stderr.write(
    `Out of date: ${stale.map(([file]) => file).join(', ')}. Run npm run generate and commit the result.\n`,
  );
  process.exitCode = 1;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
