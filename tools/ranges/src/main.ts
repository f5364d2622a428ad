import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { pickRanges } from './published-ranges';

const USAGE = `npm run ranges -- show | update [--from FILE]

The addresses from which Bitbucket sends webhooks, as Atlassian publishes them.

  show          what the gateway knows now
  update        fetches the list and writes it; then commit libs/parsers/src/bitbucket/address-ranges.json
  --from FILE   reads the document from a file instead of fetching it
`;

const TARGET = 'libs/parsers/src/bitbucket/address-ranges.json';
const SOURCE = 'https://ip-ranges.atlassian.com/';
const TIMEOUT_MS = 20_000;

async function fetchDocument(): Promise<unknown> {
  const response = await fetch(SOURCE, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' }).catch(
    () => undefined,
  );
  if (response?.ok !== true) throw new Error(`${SOURCE} does not answer: fetch it elsewhere and use --from FILE.`);
  return response.json();
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { from: { type: 'string' }, help: { type: 'boolean' } },
  });
  const [command] = positionals;
  if (values.help === true) return void process.stdout.write(USAGE);
  if (command === 'show') return void process.stdout.write(readFileSync(TARGET, 'utf8'));
  if (command !== 'update') throw new Error(USAGE);
  const document: unknown =
    values.from === undefined ? await fetchDocument() : JSON.parse(readFileSync(values.from, 'utf8'));
  const ranges = pickRanges(document, SOURCE);
  writeFileSync(TARGET, `${JSON.stringify(ranges, undefined, 2)}\n`);
  process.stdout.write(
    `${ranges.ranges.length} ranges of ${ranges.updated} written to ${TARGET}: run npm test, then commit it.\n`,
  );
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
