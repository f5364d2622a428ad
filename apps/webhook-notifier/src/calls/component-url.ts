/** Two slashes or a backslash begin another host, and `@` ends a user name: either would send the request to somebody else. */
const PATH = /^\/(?![/\\])[\x21-\x3f\x41-\x5b\x5d-\x7e]*$/;
const PATH_MAX = 512;

/**
 * Where a component of an app is asked: the host of the app, the path of the component (outgoing-webhooks.md §8.8, §9, weakness 6).
 *
 * @param uri a path; anything else is refused
 * @returns `undefined` when the path would lead to another host
 */
export function componentUrl(
  webhookUrl: string,
  uri: string,
  query: Readonly<Record<string, string>> = {},
): string | undefined {
  if (uri.length > PATH_MAX || !PATH.test(uri) || !URL.canParse(webhookUrl)) return undefined;
  const { origin } = new URL(webhookUrl);
  const url = new URL(uri, origin);
  if (url.origin !== origin) return undefined;
  for (const [name, value] of Object.entries(query)) url.searchParams.append(name, value);
  return url.href;
}
