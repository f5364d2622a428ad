import { readdirSync } from 'node:fs';
import { PARSERS } from '@switchyard/parsers';
import { NO_SETTINGS } from '../testing/judge-request';
import * as handlers from './handlers';
import { createHandlers, PROVIDERS_WITHOUT_HANDLER } from './registry';

const registered = createHandlers(NO_SETTINGS);

describe('the handlers of a region', () => {
  it('every provider of the gateway has one, or is listed as having none', () => {
    const known = [...registered.keys(), ...PROVIDERS_WITHOUT_HANDLER];
    expect([...PARSERS.keys()].filter((provider) => !known.includes(provider))).toEqual([]);
    expect(
      PROVIDERS_WITHOUT_HANDLER.filter((provider) => [...registered.keys()].some((key) => key === provider)),
    ).toEqual([]);
  });

  it('every folder is registered', () => {
    const folders = readdirSync(__dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(
      Object.values(handlers)
        .map(({ provider }) => provider.replaceAll('_', '-'))
        .sort(),
    ).toEqual(folders.map(({ name }) => name).sort());
  });

  it('every view has an address at the gateway', () => {
    for (const [provider, handler] of registered) {
      const known = Object.values(PARSERS.get(provider)?.routes ?? {});
      for (const view of handler.views.keys()) expect(known).toContain(view);
    }
  });
});
