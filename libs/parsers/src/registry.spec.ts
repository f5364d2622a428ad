import { readdirSync } from 'node:fs';
import { findParser, findParserOf, PARSERS } from './registry';
import { classify, resolveRoute } from './routing';

const folders = readdirSync(__dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .filter(({ name }) => readdirSync(`${__dirname}/${name}`).some((file) => file.endsWith('.parser.ts')))
  .map(({ name }) => name);

/** Every URL that a provider may call, with a sample for each parameter. */
const urls = [...PARSERS.values()].flatMap((parser) =>
  Object.entries(parser.routes).flatMap(([route, view]) => {
    const below = route.replaceAll(/<\w+>/g, 'sample');
    const slugs = new Set([parser.provider, parser.provider.replaceAll('_', '-')]);
    const prefixes = parser.prefix === undefined ? [...slugs].map((slug) => `/extensions/${slug}/`) : [parser.prefix];
    return prefixes.map((prefix) => [`${prefix}${below}`, parser.provider, view] as const);
  }),
);

describe('the registry', () => {
  it('knows a parser for every folder that has one, and no other', () => {
    expect([...PARSERS.keys()].map((key) => key.replaceAll('_', '-')).sort()).toEqual(folders.sort());
  });

  it.each(urls)('%s belongs to %s, view %s', (url, provider, view) => {
    const parser = findParserOf(classify(url));
    expect(parser?.provider).toBe(provider);
    expect(parser && resolveRoute(parser, url).view).toBe(view);
  });

  it.each([...PARSERS.values()])('$provider writes its routes as routes are written', ({ provider, routes }) => {
    expect(provider).toMatch(/^[a-z][a-z0-9_]*$/);
    for (const route of Object.keys(routes)) expect(route).toMatch(/^(?:[a-z0-9-]+\/|<[a-z_]+>\/)+$/);
    expect(Object.values(routes)).not.toContain('unknown');
  });

  it.each(['acme', '', 'constructor', 'git-hub'])('M6 has no parser for %j', (provider) => {
    expect(findParser(provider)).toBeUndefined();
  });
});
