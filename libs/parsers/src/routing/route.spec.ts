import fc from 'fast-check';
import { defineParser, refuse } from '../contract';
import { resolveRoute } from './route';

const parser = defineParser({
  provider: 'acme',
  routes: {
    'webhook/': 'webhook',
    'search/<organization>/<integration>/': 'search',
    'search/<organization>/all/': 'search-all',
    'page/<id>/': 'page',
    'page/fixed/': 'fixed-page',
  },
  maxBodyBytes: 1,
  decide: () => Promise.resolve(refuse(404, 'unknown_view', 'nothing here')),
});

const unknown = { view: 'unknown', params: {} };

describe('resolveRoute', () => {
  it.each([
    ['/extensions/acme/webhook/', { view: 'webhook', params: {} }],
    ['/extensions/acme/webhook', { view: 'webhook', params: {} }],
    ['/extensions/acme/page/1/', { view: 'page', params: { id: '1' } }],
    ['/extensions/acme/page/1', { view: 'page', params: { id: '1' } }],
    ['/extensions/acme/page/fixed/', { view: 'fixed-page', params: {} }],
    ['/extensions/acme/page/a%2Fb/', { view: 'page', params: { id: 'a%2Fb' } }],
    ['/extensions/acme/search/org/7/', { view: 'search', params: { organization: 'org', integration: '7' } }],
    ['/extensions/acme/search/org/all/', { view: 'search', params: { organization: 'org', integration: 'all' } }],
    ['/extensions/acme-corp/webhook/', { view: 'webhook', params: {} }],
    ['/extensions/acme/webhook//', unknown],
    ['/extensions/acme//webhook/', unknown],
    ['/extensions/acme/webhook/more/', unknown],
    ['/extensions/acme/Webhook/', unknown],
    ['/extensions/acme/page//', unknown],
    ['/extensions/acme/search/org/', unknown],
    ['/extensions/acme/', unknown],
    ['/extensions/acme', unknown],
    ['/extensions/acme/constructor/', unknown],
  ])('%s', (path, expected) => {
    expect(resolveRoute(parser, path)).toEqual(expected);
  });

  it('gives parameters back as they came', () => {
    const segment = fc.string({ minLength: 1 }).filter((text) => !text.includes('/'));
    fc.assert(
      fc.property(segment, segment, (organization, integration) => {
        const path = `/extensions/acme/search/${organization}/${integration}/`;
        expect(resolveRoute(parser, path)).toEqual({ view: 'search', params: { organization, integration } });
      }),
    );
  });
});
