/** Why a request failed (spec: outgoing-webhooks.md §2.8.3). */
export type RequestFailureReason =
  | 'timeout_connect'
  | 'timeout_read'
  | 'timeout_total'
  | 'dns'
  | 'refused'
  | 'reset'
  | 'tls'
  | 'protocol'
  | 'blocked_address'
  | 'invalid_url'
  | 'no_url'
  | 'http_4xx'
  | 'http_429'
  | 'http_5xx'
  | 'redirect';

/** What people see of one request; free of secrets and bounded in size. */
export interface RequestLogEntry {
  /** ISO 8601, UTC. */
  readonly date: string;
  /** 0 when there was no response. */
  readonly responseCode: number;
  readonly webhookUrl: string;
  readonly deliveryId: string;
  readonly attempt: number;
  readonly durationMs: number;
  readonly phases?: Readonly<Record<string, number>>;
  readonly organizationId?: string;
  readonly failureReason?: RequestFailureReason;
  readonly requestHeaders?: Readonly<Record<string, string>>;
  readonly requestBody?: string;
  readonly responseBody?: string;
  readonly responseHeaders?: Readonly<Record<string, string>>;
  readonly isTruncated?: true;
  readonly errorId?: string;
  readonly projectId?: string;
}

/** An attempt as it was, before anything is taken away. */
export interface RequestAttempt {
  readonly atMs: number;
  readonly url: string;
  readonly deliveryId: string;
  readonly attempt: number;
  readonly durationMs: number;
  readonly phases?: Readonly<Record<string, number>>;
  /** Absent for internal apps. */
  readonly organizationId?: string;
  readonly failureReason?: RequestFailureReason;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly response?: {
    readonly status: number;
    /** Names in lower case. */
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Buffer;
  };
}

/** Longer texts help nobody who looks at a page of 100 requests. */
const BODY_CHARACTERS = 1_024;
const HEADER_CHARACTERS = 256;
const URL_CHARACTERS = 512;
const SAFE_REQUEST_HEADERS =
  /^(content-type|request-id|webhook-id|webhook-timestamp|[a-z]+-hook-(resource|timestamp))$/i;
const SIGNATURE_HEADERS = /signature$/i;
const SAFE_RESPONSE_HEADERS = /^(content-type|retry-after|server|[a-z]+-hook-(error|project))$/;
const SECRET_QUERY_KEY = /token|key|secret|signature|password/i;

/** Makes an entry: bodies and headers only of failures, secrets masked, texts cut at a character. Never throws. */
export function requestLogEntry(attempt: RequestAttempt): RequestLogEntry {
  const { response } = attempt;
  const entry: RequestLogEntry = {
    date: new Date(attempt.atMs).toISOString(),
    responseCode: response?.status ?? 0,
    webhookUrl: safeUrl(attempt.url),
    deliveryId: attempt.deliveryId,
    attempt: attempt.attempt,
    durationMs: Math.round(attempt.durationMs),
    ...(attempt.phases === undefined ? {} : { phases: attempt.phases }),
    ...(attempt.organizationId === undefined ? {} : { organizationId: attempt.organizationId }),
    ...linkOf(response?.headers ?? {}),
  };
  return isFailure(entry) || attempt.failureReason !== undefined ? { ...entry, ...evidence(attempt) } : entry;
}

/** Whether it belongs to the list of failures; 3xx does, as we never follow it (the reference leaves it out). */
export function isFailure(entry: Pick<RequestLogEntry, 'responseCode'>): boolean {
  return entry.responseCode === 0 || entry.responseCode >= 300;
}

function evidence(attempt: RequestAttempt): Partial<RequestLogEntry> {
  const { failureReason, response } = attempt;
  const sent = cut(attempt.body);
  const got = response === undefined ? undefined : cut(response.body);
  return {
    ...(failureReason === undefined ? {} : { failureReason }),
    requestHeaders: maskHeaders(attempt.headers),
    requestBody: sent.text,
    ...(got === undefined ? {} : { responseBody: got.text }),
    ...(response === undefined ? {} : { responseHeaders: keepSafe(response.headers) }),
    ...(sent.isCut || got?.isCut === true ? { isTruncated: true } : {}),
  };
}

/** The receiver's own error page, if it named both parts of it. */
function linkOf(headers: Readonly<Record<string, string>>): Pick<RequestLogEntry, 'errorId' | 'projectId'> {
  const find = (end: string): string | undefined =>
    Object.entries(headers).find(([name]) => name.toLowerCase().endsWith(`-hook-${end}`))?.[1];
  const [errorId, projectId] = [find('error'), find('project')];
  if (errorId === undefined || projectId === undefined || !/^\d{1,19}$/.test(projectId)) return {};
  return { errorId: errorId.slice(0, 64), projectId };
}

function cut(bytes: Buffer): { readonly text: string; readonly isCut: boolean } {
  // Four bytes are the longest character; what is not UTF-8 becomes replacement characters.
  const characters = [
    ...bytes
      .subarray(0, BODY_CHARACTERS * 4 + 4)
      .toString('utf8')
      .replaceAll('\u0000', '\ufffd'),
  ];
  return { text: characters.slice(0, BODY_CHARACTERS).join(''), isCut: characters.length > BODY_CHARACTERS };
}

function maskHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, maskHeader(name, value)]));
}

function maskHeader(name: string, value: string): string {
  if (SAFE_REQUEST_HEADERS.test(name)) return value.slice(0, HEADER_CHARACTERS);
  return SIGNATURE_HEADERS.test(name) ? `***${value.slice(-4)}` : '***';
}

function keepSafe(headers: Readonly<Record<string, string>>): Record<string, string> {
  const safe = Object.entries(headers).filter(([name]) => SAFE_RESPONSE_HEADERS.test(name));
  return Object.fromEntries(safe.map(([name, value]) => [name, value.slice(0, HEADER_CHARACTERS)]));
}

function safeUrl(text: string): string {
  if (!URL.canParse(text)) return '(not a URL)';
  const url = new URL(text);
  url.username = '';
  url.password = '';
  for (const key of [...url.searchParams.keys()]) if (SECRET_QUERY_KEY.test(key)) url.searchParams.set(key, '***');
  return url.href.slice(0, URL_CHARACTERS);
}
