import { z } from 'zod';
import { storableText } from './storable-text';

/** Longest commit message kept; git's own tools show far less, and one push may carry two thousand. */
const MESSAGE_CHARS = 8_192;
/** Names, logins, e-mail addresses and branches: GitHub's own limits are at most 255. */
const NAME_CHARS = 255;
const TITLE_CHARS = 1_024;
const URL_CHARS = 2_048;

const text = (maxChars: number) => z.string().transform((value) => storableText(value, maxChars));

/** A commit message, cut at 8,192 characters. */
export const message = text(MESSAGE_CHARS);
/** A title, cut at 1,024 characters. */
export const title = text(TITLE_CHARS);
/** A short name; may be absent. */
export const optionalName = z
  .string()
  .nullish()
  .transform((value) => (value == null || value === '' ? null : storableText(value, NAME_CHARS)));
/** A name that must be there. It is part of keys, so it is refused rather than cut. */
export const requiredName = z
  .string()
  .min(1)
  .max(NAME_CHARS)
  .transform((value) => storableText(value, NAME_CHARS));
/** A web address, or `null`: it is shown to people, so nothing but http and https is kept. */
export const webUrl = z
  .string()
  .nullish()
  .transform((value) =>
    value != null && value.length <= URL_CHARS && /^https?:\/\/[^\0]+$/.test(value) ? value : null,
  );
/** A commit id, SHA-1 or SHA-256. */
export const sha = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);
/** GitHub's numeric id, as text. */
export const externalId = z.number().int().positive().transform(String);
/** Number of an issue or pull request. */
export const issueNumber = z.number().int().min(1).max(2_147_483_647);
/** A count, for an integer column. */
export const count = z.number().int().min(0).max(2_147_483_647);

const YEAR_1_MS = Date.parse('0001-01-01T00:00:00Z');
const YEAR_9999_MS = Date.parse('9999-12-31T23:59:59Z');

function toIso(value: string): string | null {
  const epochMs = Date.parse(value);
  return epochMs >= YEAR_1_MS && epochMs <= YEAR_9999_MS ? new Date(epochMs).toISOString() : null;
}

/** A time of the provider's clock, as ISO 8601 in UTC. */
export const timestamp = z.string().transform((value, context) => {
  const iso = toIso(value);
  if (iso !== null) return iso;
  context.addIssue({ code: 'custom', message: 'not a time' });
  return z.NEVER;
});
/** A time of an author's clock, which may be anything: `null` when no calendar has it. */
export const authorTimestamp = z.string().transform(toIso);

/** The login of an account, `null` for none and for deleted accounts. */
export const login = z
  .object({ login: optionalName })
  .nullish()
  .transform((account) => account?.login ?? null);

/** The repository that every event carries. */
export const repository = z
  .object({ id: externalId, full_name: requiredName, html_url: webUrl })
  .transform((value) => ({ externalId: value.id, name: value.full_name, url: value.html_url }));

/** A commit as GitHub and GitLab tell of a push. */
export const pushedCommit = z
  .object({
    id: sha,
    message,
    timestamp: authorTimestamp,
    author: z.object({ name: optionalName, email: optionalName }),
  })
  .transform((value) => ({
    sha: value.id,
    message: value.message,
    authorName: value.author.name,
    authorEmail: value.author.email,
    authoredAt: value.timestamp,
  }));

/** Says what is wrong with a payload: the field's path and the expected type, never a value. */
export function describeProblem(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue === undefined ? 'the payload is not valid' : `${issue.path.join('.') || 'payload'}: ${issue.message}`;
}
