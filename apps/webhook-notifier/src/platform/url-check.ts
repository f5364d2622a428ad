import { checkUrl } from '@switchyard/http-client';
import type { AddressRules, UrlRules } from '@switchyard/http-client';

/** Looks at a URL when it is saved, for an early and friendly word. What it resolves to is checked at every request. */
export class UrlCheck {
  constructor(
    private readonly rules: UrlRules,
    private readonly addresses: AddressRules,
  ) {}

  /** What is wrong with it; `undefined` when nothing is. */
  problemOf(url: string): string | undefined {
    const verdict = checkUrl(url, this.rules);
    if (verdict.kind === 'refused') return verdict.because;
    const host = verdict.url.hostname.replace(/^\[|\]$/g, '');
    return /^[\d.]+$|:/.test(host) && !this.addresses.isAllowed(host) ? 'this address may not be called' : undefined;
  }
}
