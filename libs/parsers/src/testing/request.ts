import { InboundRequest } from '../contract';

/** A body as a test writes it: bytes and text as they are, form fields encoded, anything else as JSON. */
export type TestBody = Uint8Array | string | URLSearchParams | object;

/** What of a request is seldom of interest. */
export interface RequestOptions {
  readonly method?: string;
  readonly params?: Readonly<Record<string, string>>;
  /** The whole path, where a token signs it; `/extensions/test/<view>/` when absent. */
  readonly path?: string;
  readonly query?: string;
  readonly senderAddress?: string;
}

/** A POST to a view, with the content type that fits the body unless the headers name another. */
export function request(
  view: string,
  headers: Readonly<Record<string, string>> = {},
  body: TestBody = Buffer.alloc(0),
  { method = 'POST', params = {}, path = `/extensions/test/${view}/`, query, senderAddress }: RequestOptions = {},
): InboundRequest {
  const withType = { 'content-type': mediaTypeOf(body), ...headers };
  return new InboundRequest({
    method,
    path,
    query,
    senderAddress,
    rawHeaders: Object.entries(withType).flat(),
    body: bytesOf(body),
    view,
    params,
  });
}

/** The bytes that a test's body stands for. */
export function bytesOf(body: TestBody): Buffer {
  if (body instanceof Uint8Array) return Buffer.from(body);
  if (typeof body === 'string' || body instanceof URLSearchParams) return Buffer.from(String(body));
  return Buffer.from(JSON.stringify(body));
}

const mediaTypeOf = (body: TestBody): string =>
  body instanceof URLSearchParams ? 'application/x-www-form-urlencoded' : 'application/json';
