import { findChromium } from '@switchyard/services';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

/** The size of the picture in the guide. */
export const WINDOW = { width: 1180, height: 720 } as const;

/** Starts Chromium, or says why there is none. */
export async function startBrowser(
  notice: (text: string) => void = () => undefined,
): Promise<{ readonly browser: Browser } | { readonly reason: string }> {
  const found = findChromium(notice);
  if (found.kind === 'unavailable') return { reason: found.reason };
  // Root in a container has no user namespaces; the pages are our own.
  const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'];
  return { browser: await chromium.launch({ executablePath: found.program, args }) };
}
