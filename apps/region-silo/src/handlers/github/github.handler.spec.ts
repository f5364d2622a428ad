import fc from 'fast-check';
import { issuePayload, pullRequestPayload, pushPayload } from '../../testing/github-requests';
import { judgeRequest } from '../../testing/judge-request';
import type { Verdict } from '../contract';
import { githubRegion } from './github.handler';

const judge = (event: string, body: unknown): Promise<Verdict> =>
  judgeRequest(githubRegion, {
    view: 'webhook',
    headers: { 'X-GitHub-Event': event, 'X-GitHub-Delivery': 'guid' },
    body: JSON.stringify(body),
  });

const payloads: Record<string, object> = {
  push: pushPayload(),
  pull_request: pullRequestPayload(),
  issues: issuePayload('opened'),
  issue_comment: { ...issuePayload('created'), comment: { id: 1 } },
};

/** Every path to a value of a payload. */
function pathsOf(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [[...path]];
  return [[...path], ...Object.entries(value).flatMap(([key, child]) => pathsOf(child, [...path, key]))];
}

/** A copy with one value replaced, or removed when it is `undefined`. */
function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<string, unknown>;
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}

describe('GitHub webhooks, judged', () => {
  it.each(Object.keys(payloads))('%s: handled', async (event) => {
    expect(await judge(event, payloads[event])).toMatchObject({ kind: 'handled', status: 204, eventType: event });
  });

  it('says which field is wrong, and not what was in it', async () => {
    const payload = replaced(pushPayload(), ['commits', '0', 'id'], "'; DROP TABLE");
    const verdict = await judge('push', payload);
    expect(verdict).toMatchObject({ kind: 'rejected', status: 400, error: 'bad_payload' });
    expect(JSON.stringify(verdict)).toContain('commits.0.id');
    expect(JSON.stringify(verdict)).not.toContain('DROP TABLE');
  });

  it.each(Object.keys(payloads))('%s: any value replaced by anything is judged, without an error', async (event) => {
    const strange = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom('\0', '1e400', -1, 2 ** 53, 1.5, '9'.repeat(300), 'refs/heads/', '+275760-09-13T00:00:00Z'),
    );
    const path = fc.constantFrom(...pathsOf(payloads[event]));
    await fc.assert(
      fc.asyncProperty(path, strange, async (at, by) => {
        const { kind } = await judge(event, replaced(payloads[event], at, by));
        expect(['handled', 'ignored', 'rejected']).toContain(kind);
      }),
      { numRuns: 300 },
    );
  });
});
