import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { previewMessages } from '@switchyard/email';
import { findChromium, renderPicture } from '@switchyard/services';

const WIDTH = 720;
const HEIGHT = 320;

/** What is written besides HTML and text, and who is told of what takes long. */
export interface PreviewOptions {
  readonly hasPictures: boolean;
  readonly notice: (text: string) => void;
}

/**
 * Writes every mail with sample data; resolves to the files by template.
 *
 * @throws Error when pictures are wanted and there is no browser
 */
export async function writePreviews(
  out: string,
  { hasPictures, notice }: PreviewOptions,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const folder = resolve(out);
  mkdirSync(folder, { recursive: true });
  const browser = hasPictures ? findChromium(notice) : undefined;
  if (browser?.kind === 'unavailable') throw new Error(browser.reason);
  const files: Record<string, readonly string[]> = {};
  for (const [name, { subject, text, html = '' }] of previewMessages()) {
    const [page, plain, picture] = ['html', 'txt', 'png'].map((ending) => join(folder, `${name}.${ending}`)) as [
      string,
      string,
      string,
    ];
    writeFileSync(plain, `Subject: ${subject}\n\n${text}`);
    writeFileSync(page, html);
    files[name] = [page, plain];
    if (browser === undefined) continue;
    await renderPicture(browser.program, {
      url: pathToFileURL(page).href,
      file: picture,
      width: WIDTH,
      height: HEIGHT,
    });
    files[name] = [page, plain, picture];
  }
  return files;
}
