/**
 * Whether a request is a webhook path, and of which family (gateway.md §1.2 to §1.4, §1.7).
 *
 * Paths are taken as they came: not decoded, case-sensitive. `/extensions/%73lack/event/` belongs to nobody.
 */
export type Classification =
  | {
      readonly kind: 'integration';
      /** Provider key with underscores; `undefined` when the path names none (`/extensions//webhook/`). */
      readonly provider: string | undefined;
    }
  | {
      readonly kind: 'plugin';
      /** The legacy plugin. */
      readonly plugin: 'github' | 'bitbucket';
      /** Not decoded. */
      readonly organizationId: string;
    }
  | { readonly kind: 'none' };

const NONE: Classification = { kind: 'none' };
const PLUGIN_WEBHOOK = /^\/plugins\/(github|bitbucket)\/organizations\/([^/]+)\/webhook\/?$/;
const INTEGRATION_PREFIX = '/extensions/';

/** Classifies a path without its query. Integrations are asked first, then plugins. */
export function classify(path: string): Classification {
  if (isIntegrationPath(path)) return { kind: 'integration', provider: providerOf(path) };
  if (!path.startsWith('/plugins/')) return NONE;
  const [, plugin, organizationId] = PLUGIN_WEBHOOK.exec(path) ?? [];
  if (organizationId === undefined || (plugin !== 'github' && plugin !== 'bitbucket')) return NONE;
  return { kind: 'plugin', plugin, organizationId };
}

/** The OAuth pipeline, the link page and the install landing page are not webhooks. */
function isIntegrationPath(path: string): boolean {
  return (
    path.startsWith(INTEGRATION_PREFIX) &&
    !path.endsWith('/setup/') &&
    !path.endsWith('/link/') &&
    !path.startsWith('/extensions/external-install/')
  );
}

function providerOf(path: string): string | undefined {
  const end = path.indexOf('/', INTEGRATION_PREFIX.length);
  const segment = path.slice(INTEGRATION_PREFIX.length, end < 0 ? undefined : end);
  return segment === '' ? undefined : segment.replaceAll('-', '_');
}
