import { request as httpRequest } from 'undici';
import type { DemoRequest } from './demo-request';

/** Longer than any provider waits. */
const TIMEOUT_MS = 15_000;

/** What came back for one request. */
export interface Sent {
  readonly request: DemoRequest;
  /** {@link NO_ANSWER} when the connection failed or nothing came in time; `answer` then says why. */
  readonly status: number;
  readonly answeredBy: string;
  readonly answer: string;
  readonly durationMs: number;
}

/** The status of a request that was not answered. */
export const NO_ANSWER = 0;

/** Sends one request `times` times, one after the other, exactly as it is. */
export async function send(gateway: string, request: DemoRequest): Promise<readonly Sent[]> {
  const answers: Sent[] = [];
  for (let time = 0; time < request.times; time++) {
    answers.push(await sendOnce(gateway, request));
  }
  return answers;
}

async function sendOnce(gateway: string, request: DemoRequest): Promise<Sent> {
  const startedAt = performance.now();
  try {
    const response = await httpRequest(`${gateway}${request.path}`, {
      method: 'POST',
      headers: [...request.headers],
      body: request.body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const answer = await response.body.text();
    const answeredBy = String(response.headers['x-switchyard-answered-by'] ?? '');
    return { request, status: response.statusCode, answeredBy, answer, durationMs: performance.now() - startedAt };
  } catch (error) {
    const answer = error instanceof Error ? error.message : String(error);
    return { request, status: NO_ANSWER, answeredBy: '', answer, durationMs: performance.now() - startedAt };
  }
}

/** Sends many, a few at once; `onSent` is told how many have been answered. */
export async function sendAll(
  gateway: string,
  requests: readonly DemoRequest[],
  concurrency: number,
  onSent: (count: number) => void,
): Promise<readonly Sent[]> {
  const results: (readonly Sent[])[] = [];
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    while (next < requests.length) {
      const index = next++;
      results[index] = await send(gateway, requests[index] as DemoRequest);
      done += 1;
      onSent(done);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return results.flat();
}
