import type { ProviderNames } from './names';

/** The files of a new provider's folder, by name. */
export function templatesOf({ key, slug, variable, title }: ProviderNames): Readonly<Record<string, string>> {
  return {
    'index.ts': `export { ${variable}Parser } from './${slug}.parser';\n`,

    [`${slug}.parser.ts`]: `import { defineParser, refuse, refuseMethod } from '../contract';

/** ${title}: say here what it sends, how it signs and where its documentation is. */
export const ${variable}Parser = defineParser({
  provider: '${key}',

  routes: { 'webhook/': 'webhook' },

  /** Say where this limit comes from. */
  maxBodyBytes: 1_048_576,

  decide(request) {
    if (request.view !== 'webhook') return Promise.resolve(refuse(404, 'unknown_view', '${title} has no such path'));
    if (request.method !== 'POST') return Promise.resolve(refuseMethod());
    return Promise.resolve(refuse(400, 'no_integration', 'the parser of ${title} does not know any integration yet'));
  },
});
`,

    [`${slug}.parser.spec.ts`]: `import { contextOf, describeParser, directoryOf, request } from '../testing';
import { ${variable}Parser } from './${slug}.parser';

const context = contextOf(directoryOf({ 'account-1': { id: 7, regions: ['us'] } }));

describeParser(${variable}Parser, context, [
  { name: 'GET', given: request('webhook', {}, '', { method: 'GET' }), expect: { status: 405 } },
  {
    name: 'a webhook of a known account is stored: fill in how ${title} names the account',
    given: request('webhook', {}, { account: 'account-1' }),
    expect: { kind: 'mailbox', subject: '7', regions: ['us'] },
  },
]);
`,
  };
}
