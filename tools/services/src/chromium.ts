import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findOrInstall } from './debian-package';

/** A browser, or why there is none. */
export type ChromiumOutcome =
  { readonly kind: 'found'; readonly program: string } | { readonly kind: 'unavailable'; readonly reason: string };

const TIMEOUT_MS = 60_000;

/** Finds Chromium; root on Debian gets it from apt-get. */
export function findChromium(notice: (text: string) => void = () => undefined): ChromiumOutcome {
  const program = findOrInstall('chromium', 'chromium', notice);
  return program === undefined
    ? { kind: 'unavailable', reason: 'chromium is not installed: install it' }
    : { kind: 'found', program };
}

/**
 * Renders a page to a PNG, with a profile of its own that is gone afterwards. Nothing is fetched from elsewhere.
 *
 * @throws Error when the browser ends otherwise, or not in a minute
 */
export async function renderPicture(
  program: string,
  {
    url,
    file,
    width,
    height,
  }: { readonly url: string; readonly file: string; readonly width: number; readonly height: number },
): Promise<void> {
  const profile = mkdtempSync(join(tmpdir(), 'switchyard-chromium-'));
  try {
    const parameters = [
      '--headless=new',
      // Root in a container has no user namespaces; the pages are our own.
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--hide-scrollbars',
      '--host-resolver-rules=MAP * ~NOTFOUND',
      `--window-size=${width},${height}`,
      `--user-data-dir=${profile}`,
      `--screenshot=${file}`,
      url,
    ];
    await promisify(execFile)(program, parameters, { timeout: TIMEOUT_MS, killSignal: 'SIGKILL' });
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
