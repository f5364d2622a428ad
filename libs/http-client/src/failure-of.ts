import { errors } from 'undici';
import type { HttpFailure } from './http-exchange';

/** Codes that mean "this request cannot be sent" or "this response is too odd to read", whenever they appear. */
const INVALID_CODES: ReadonlySet<string> = new Set([
  'UND_ERR_INVALID_ARG',
  'UND_ERR_NOT_SUPPORTED',
  'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_HEADERS_OVERFLOW',
]);

/**
 * Sorts a client error by its code or class, never by its text.
 *
 * Before the request was handed to a socket every failure is a failure to connect; afterwards what is not understood
 * counts as a broken connection, because the server may have acted.
 */
export function failureOf(error: unknown, wasSent: boolean): HttpFailure {
  const code = codeOf(error);
  if (INVALID_CODES.has(code)) return { kind: 'failure', failure: 'invalid', detail: code };
  if (!wasSent) return { kind: 'failure', failure: 'connect', detail: code };
  if (isParserComplaint(error)) return { kind: 'failure', failure: 'invalid', detail: 'the response is not HTTP/1.1' };
  return { kind: 'failure', failure: 'reset', detail: code };
}

/** A parser error without the bytes it stumbled over is its way to say that the connection ended too early. */
function isParserComplaint(error: unknown): boolean {
  return error instanceof errors.HTTPParserError && 'data' in error && error.data !== '';
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return 'unknown';
  return typeof error.code === 'string' ? error.code : 'unknown';
}
