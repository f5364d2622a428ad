import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writePreviews } from './write-previews';

const USAGE = `npm run email -- preview [options]

Writes every mail with sample data, hostile names among it, as HTML and as text; nothing is sent.

  --out DIR   folder of the files (default .switchyard/email)
  --pictures  PNGs beside them, made by Chromium
  --json      one JSON object with the files by template
  --help      this text
`;

const EX_USAGE = 64;
const say = (text: string): void => void process.stderr.write(`${text}\n`);

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      pictures: { type: 'boolean', default: false },
      out: { type: 'string', default: join('.switchyard', 'email') },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(USAGE);
  if (positionals.join() !== 'preview') {
    process.stderr.write(USAGE);
    process.exitCode = EX_USAGE;
    return;
  }
  const files = await writePreviews(values.out, { hasPictures: values.pictures, notice: say });
  if (values.json) return void process.stdout.write(`${JSON.stringify({ files })}\n`);
  for (const [name, paths] of Object.entries(files)) process.stdout.write(`${name}\n  ${paths.join('\n  ')}\n`);
}

main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
