import { externalId } from '../contract';

/** What GitLab's token says: `instance:group:secret`. */
export type GitlabToken =
  | { readonly kind: 'token'; readonly externalId: string; readonly secret: string }
  | { readonly kind: 'broken'; readonly because: string };

const MISSING = 'the webhook needs a secret token: set it in the settings of the webhook in GitLab';
const MALFORMED = 'the secret token is malformed: copy it again from the integration into the settings of the webhook';

/**
 * Reads `X-Gitlab-Token`. The secret is what follows the last colon, the group what stands before it, and the rest is the
 * instance, which may so have a port.
 *
 * deviates: the reference splits into exactly three parts and cannot represent a port (gateway.md §10, W-30).
 */
export function readGitlabToken(header: string | undefined): GitlabToken {
  if (header === undefined || header === '') return { kind: 'broken', because: MISSING };
  const secretAt = header.lastIndexOf(':');
  const groupAt = header.lastIndexOf(':', secretAt - 1);
  if (secretAt < 1 || groupAt < 1 || groupAt + 1 === secretAt) return { kind: 'broken', because: MALFORMED };
  const id = externalId(header.slice(0, secretAt));
  const secret = header.slice(secretAt + 1);
  return id === undefined || secret === ''
    ? { kind: 'broken', because: MALFORMED }
    : { kind: 'token', externalId: id, secret };
}

/** Writes the token that {@link readGitlabToken} reads: what the settings of a webhook get. For tests and the demo sender. */
export function signGitlabWebhook(id: string, secret: string): string {
  return `${id}:${secret}`;
}
