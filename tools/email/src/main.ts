import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { previewMessages } from '@switchyard/email';

const USAGE = `npm run email -- preview [options]

Writes every mail with sample data, hostile names among it, as HTML and as text; nothing is sent.

  --out DIR   folder of the files (default .switchyard/email)
  --json      one JSON object with the files by template
  --help      this text
`;

const EX_USAGE = 64;

function preview(out: string): Readonly<Record<string, readonly string[]>> {
  const folder = resolve(out);
  mkdirSync(folder, { recursive: true });
  const files: Record<string, readonly string[]> = {};
  for (const [name, { subject, text, html }] of previewMessages()) {
    const [textFile, htmlFile] = [join(folder, `${name}.txt`), join(folder, `${name}.html`)];
    writeFileSync(textFile, `Subject: ${subject}\n\n${text}`);
    writeFileSync(htmlFile, html ?? '');
    files[name] = [htmlFile, textFile];
  }
  return files;
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
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
  const files = preview(values.out);
  if (values.json) return void process.stdout.write(`${JSON.stringify({ files })}\n`);
  for (const [name, paths] of Object.entries(files)) process.stdout.write(`${name}\n  ${paths.join('\n  ')}\n`);
}

main();
