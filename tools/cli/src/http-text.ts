import { CommandError } from './gateway-client';

/** A request as it was recorded. */
export interface RecordedRequest {
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

const REQUEST_LINE = /^([A-Za-z]+) (\S+)(?: HTTP\/[\d.]+)?$/;

/**
 * Reads a request in HTTP text form: request line, headers, an empty line, the body byte for byte. Lines may end in LF alone.
 *
 * @throws CommandError that names the line
 */
export function readHttpText(bytes: Buffer): RecordedRequest {
  const { head, body } = split(bytes);
  const [requestLine = '', ...lines] = head.split(/\r?\n/);
  const [, method, target] = REQUEST_LINE.exec(requestLine.trim()) ?? [];
  if (method === undefined || target === undefined) {
    throw new CommandError('line 1: expected a request line such as "POST /extensions/github/webhook/ HTTP/1.1"');
  }
  const headers = lines.map((line, index): readonly [string, string] => {
    const colon = line.indexOf(':');
    if (colon < 1)
      throw new CommandError(`line ${index + 2}: expected a header such as "Content-Type: application/json"`);
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
  });
  return { method: method.toUpperCase(), path: pathOf(target), headers, body };
}

function split(bytes: Buffer): { head: string; body: Buffer } {
  const ends = ['\r\n\r\n', '\n\n']
    .map((end) => ({ at: bytes.indexOf(end), length: end.length }))
    .filter(({ at }) => at >= 0);
  const [end] = ends.sort((a, b) => a.at - b.at);
  if (end === undefined) return { head: bytes.toString('latin1').trimEnd(), body: Buffer.alloc(0) };
  return { head: bytes.toString('latin1', 0, end.at), body: bytes.subarray(end.at + end.length) };
}

/** Recorders write the whole address, too. */
function pathOf(target: string): string {
  const path = /^https?:\/\/[^/]+(.*)$/i.exec(target)?.[1] ?? target;
  return path.startsWith('/') ? path : `/${path}`;
}
