import { isUtf8 } from 'node:buffer';
import { readFields } from '../json';
import type { FieldNode } from '../json';

/** A decoded JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** What of an HTTP request a parser gets to see. Bytes are as they came. */
export interface InboundRequestParts {
  readonly method: string;
  /** Path without the query, not decoded. */
  readonly path: string;
  /** What follows the `?`, as it came; empty when there is none. */
  readonly query?: string;
  /** Address of the sender as the edge knows it, behind trusted proxies only; for address lists. */
  readonly senderAddress?: string;
  /** Name, value, name, value, … in the order they came. */
  readonly rawHeaders: readonly string[];
  /** Empty when the request had no body. */
  readonly body: Buffer;
  readonly view: string;
  readonly params: Readonly<Record<string, string>>;
}

/**
 * One request, as a parser reads it.
 *
 * The body is decoded at most once, on first use, and only after the parser asked for it: verification reads the bytes.
 */
export class InboundRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly senderAddress: string | undefined;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  /** Name of the route that matched, or `unknown`. */
  readonly view: string;
  /** Path parameters of the route, not decoded. */
  readonly params: Readonly<Record<string, string>>;
  private decodedJson: { value: JsonObject | undefined } | undefined;
  private decodedForm: { value: ReadonlyMap<string, string> | undefined } | undefined;

  constructor(parts: InboundRequestParts) {
    this.method = parts.method;
    this.path = parts.path;
    this.query = parts.query ?? '';
    this.senderAddress = parts.senderAddress;
    this.rawHeaders = parts.rawHeaders;
    this.body = parts.body;
    this.view = parts.view;
    this.params = parts.params;
  }

  /** The first value of a header, by lower-case name. */
  header(name: string): string | undefined {
    const headers = this.rawHeaders;
    for (let index = 0; index + 1 < headers.length; index += 2) {
      const candidate = headers[index] as string;
      if (candidate.length === name.length && candidate.toLowerCase() === name) return headers[index + 1];
    }
    return undefined;
  }

  /** The media type without its parameters, in lower case; empty when the header is absent. */
  get mediaType(): string {
    return (this.header('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  }

  /**
   * The wanted fields of a JSON body; `undefined` when it is not UTF-8, not JSON or not an object.
   *
   * The way to read what may be large: the rest of the body is checked and not built. See `readFields` for what it holds.
   */
  fields(wanted: FieldNode): Promise<JsonObject | undefined> {
    return readFields(this.body, wanted);
  }

  /** The whole body as a JSON object; `undefined` when it is not UTF-8, not JSON or not an object. */
  json(): JsonObject | undefined {
    this.decodedJson ??= { value: parseJsonObject(decodeUtf8(this.body)) };
    return this.decodedJson.value;
  }

  /** The body as form fields, first value of each; `undefined` when it is not UTF-8 or a part has no `=`. */
  form(): ReadonlyMap<string, string> | undefined {
    this.decodedForm ??= { value: parseForm(decodeUtf8(this.body)) };
    return this.decodedForm.value;
  }
}

/** More fields than any provider sends; a form of a million fields is an attack. */
const MAX_FORM_FIELDS = 200;

/** Twice as fast as a `TextDecoder` that refuses what is not UTF-8. */
function decodeUtf8(body: Buffer): string | undefined {
  return isUtf8(body) ? body.toString('utf8') : undefined;
}

/** Parses text to a JSON object; `undefined` for anything else, arrays included. */
export function parseJsonObject(text: string | undefined): JsonObject | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a decoded JSON value is an object: not null, not an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseForm(text: string | undefined): ReadonlyMap<string, string> | undefined {
  if (text === undefined) return undefined;
  const fields = new Map<string, string>();
  if (text === '') return fields;
  const parts = text.split('&', MAX_FORM_FIELDS + 1);
  if (parts.length > MAX_FORM_FIELDS) return undefined;
  for (const part of parts) {
    const equals = part.indexOf('=');
    if (equals < 0) return undefined;
    const name = decodeFormComponent(part.slice(0, equals));
    const value = decodeFormComponent(part.slice(equals + 1));
    if (name === undefined || value === undefined) return undefined;
    if (!fields.has(name)) fields.set(name, value);
  }
  return fields;
}

function decodeFormComponent(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
