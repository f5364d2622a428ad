import autocannon from 'autocannon';

/** One request that the load repeats; several are sent in turn. */
export interface LoadRequest {
  readonly method: 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What one measurement saw. */
export interface LoadSample {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const CONNECTIONS = 64;

/**
 * Sends requests on 64 connections, each waiting for its answer, to a server of this machine.
 *
 * @throws Error when any answer was not a 2xx: a benchmark of failures says nothing
 */
export async function load(origin: string, requests: readonly LoadRequest[], seconds: number): Promise<LoadSample> {
  const result = await autocannon({
    url: origin,
    connections: CONNECTIONS,
    duration: seconds,
    requests: requests.map(({ method, path, headers, body }) => ({ method, path, headers: { ...headers }, body })),
  });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${origin} answered ${result.non2xx} requests with other than 2xx, ${result.errors} not at all`);
  }
  return { perSecond: result['2xx'] / result.duration, p50Ms: result.latency.p50, p99Ms: result.latency.p99 };
}
