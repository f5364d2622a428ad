import { namesOf } from './names';
import { writeProvider } from './write-provider';

const USAGE = `npm run new-provider -- NAME

Writes the folder of a new provider with a failing test to fill, and registers it. NAME is its key or its slug: acme, acme-cloud.
The way from there: docs/guides/add-a-provider.md
`;

try {
  const [name] = process.argv.slice(2);
  if (name === undefined || name === '--help') {
    process.stdout.write(USAGE);
    process.exitCode = name === undefined ? 64 : 0;
  } else {
    const names = namesOf(name);
    const files = writeProvider('.', names);
    process.stdout.write(
      `Written:\n${files.map((file) => `  ${file}`).join('\n')}\n\nNext: npx jest libs/parsers/src/${names.slug}   (one row fails: fill it in)\n`,
    );
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
