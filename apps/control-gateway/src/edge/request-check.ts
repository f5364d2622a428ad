/** Why a request is refused before any parser sees it. */
export interface RequestFault {
  readonly reason: 'bad_path' | 'duplicate_header';
  readonly detail: string;
}

/** Longer than any provider's path with its query; Node's own header limit is 16 KiB in all. */
const PATH_MAX = 8192;

/**
 * What no webhook path holds: anything but printable ASCII, a backslash, and the encoded forms of a slash, a backslash, a dot
 * or a control character. Different readers of such a path understand it differently, and a path that is forwarded as it
 * came must mean the same to all of them.
 */
const FORBIDDEN_IN_PATH = /[^\x21-\x7e]|\\|%(?:[01][0-9a-f]|2[ef]|5c|7f)/i;
const BROKEN_ESCAPE = /%(?![0-9a-f]{2})/i;

/** Headers that name the sender, prove it or say how to read the body: one value, or the request is ambiguous. */
const SINGLE_HEADERS = new Set([
  'authorization',
  'content-encoding',
  'content-length',
  'content-type',
  'host',
  'shared-secret',
  'x-event-key',
  'x-github-delivery',
  'x-github-enterprise-host',
  'x-github-event',
  'x-gitlab-event',
  'x-gitlab-token',
  'x-hub-signature',
  'x-hub-signature-256',
  'x-signature-ed25519',
  'x-signature-timestamp',
  'x-slack-request-timestamp',
  'x-slack-signature',
  'x-vercel-signature',
]);

/** Checks the path without its query. */
export function checkPath(path: string): RequestFault | undefined {
  if (path.length > PATH_MAX) return { reason: 'bad_path', detail: `the path is longer than ${PATH_MAX} characters` };
  if (FORBIDDEN_IN_PATH.test(path) || BROKEN_ESCAPE.test(path)) {
    return { reason: 'bad_path', detail: 'the path holds a character or an escape that no webhook address has' };
  }
  if (path.includes('/.')) {
    if (path.split('/').some((segment) => segment === '.' || segment === '..')) {
      return { reason: 'bad_path', detail: 'the path holds a dot segment' };
    }
  }
  return undefined;
}

/** Refuses a second value of a header that must have one. */
export function checkHeaders(rawHeaders: readonly string[]): RequestFault | undefined {
  let seen: Set<string> | undefined;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] as string).toLowerCase();
    if (!SINGLE_HEADERS.has(name)) continue;
    seen ??= new Set();
    if (seen.has(name)) return { reason: 'duplicate_header', detail: `the header ${name} is there twice` };
    seen.add(name);
  }
  return undefined;
}
