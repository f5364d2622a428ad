import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { findChromium } from '@switchyard/services';
import { writePreviews } from './write-previews';

const browser = findChromium();

if (browser.kind === 'unavailable') it.skip(`mails in a browser: skipped because ${browser.reason}`, () => undefined);
else
  describe('mails in a browser', () => {
    let folder: string;
    let files: Readonly<Record<string, readonly string[]>>;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'switchyard-mails-'));
      files = await writePreviews(folder, { hasPictures: true, notice: () => undefined });
    }, 120_000);
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it('each has a picture with words on it', () => {
      const shares = Object.entries(files).map(
        ([name, [, , picture = '']]) => [name, inkShare(readFileSync(picture))] as const,
      );
      expect(shares.length).toBeGreaterThanOrEqual(6);
      for (const [name, share] of shares) expect([name, share > 0.01, share < 0.5]).toEqual([name, true, true]);
    });

    it('a hostile name is words on the picture too: it is no emptier than that of a kind one', () => {
      const inkOf = (name: string) => inkShare(readFileSync(files[name]?.[2] ?? ''));
      expect(inkOf('app-disabled-hostile')).toBeGreaterThan(inkOf('app-disabled'));
    });
  });

/** Share of bytes of the picture's filtered rows that are not the plain background; an empty page has next to none. */
function inkShare(png: Buffer): number {
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([720, 320]);
  const data: Buffer[] = [];
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') data.push(png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const rows = inflateSync(Buffer.concat(data));
  return rows.filter((byte) => byte !== 0 && byte !== 255).length / rows.length;
}
