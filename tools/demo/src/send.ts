import { request as httpRequest } from 'undici';
import type { DemoRequest } from './demo-request';

/** What came back for one request. */
export interface Sent {
  readonly request: DemoRequest;
  readonly status: number;
  readonly answeredBy: string;
  readonly answer: string;
  readonly durationMs: number;
}

/** Sends one request `times` times, one after the other, exactly as it is. */
export async function send(gateway: string, request: DemoRequest): Promise<readonly Sent[]> {
  const answers: Sent[] = [];
  for (let time = 0; time < request.times; time++) {
    const startedAt = performance.now();
    const response = await httpRequest(`${gateway}${request.path}`, {
      method: 'POST',
      headers: [...request.headers],
      body: request.body,
    });
    const answer = await response.body.text();
    const answeredBy = String(response.headers['x-switchyard-answered-by'] ?? '');
    const durationMs = performance.now() - startedAt;
    answers.push({ request, status: response.statusCode, answeredBy, answer, durationMs });
  }
  return answers;
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
