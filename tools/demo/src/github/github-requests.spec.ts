import type { DemoRequest } from '../demo-request';
import { randomIds, sha256Hex } from '../signatures';
import { expectGithub } from './github.expectation';
import { githubExamples, githubRequests } from './github-requests';

const requests = githubRequests({
  secret: 's',
  ids: randomIds,
  sampleInstallation: '7',
  regionsOf: () => ['us', 'de'],
});

const headerOf = ({ headers }: DemoRequest, name: string): string | undefined => headers[headers.indexOf(name) + 1];

function countExpectations(kinds: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { expected } of requests.filter(({ kind }) => kinds.includes(kind))) {
    const label = expected.storedFor.length > 0 ? 'stored' : expected.statuses.join('|');
    counts[label] = (counts[label] ?? 0) + 1;
  }
  return counts;
}

describe('githubRequests', () => {
  it('sends every example as it is', () => {
    expect(githubExamples()).toHaveLength(329);
    expect(countExpectations(['github-app', 'github-no-app'])).toEqual({
      stored: 43,
      200: 4,
      204: 10,
      202: 80,
      400: 192,
    });
  });

  it('sends those without an installation once more, with one', () => {
    expect(countExpectations(['github-sample'])).toEqual({ stored: 50, 200: 4, 202: 142 });
    expect(requests.filter(({ kind }) => kind === 'github-no-app')).toHaveLength(196);
  });

  it('sends one delivery twice', () => {
    expect(requests.filter(({ times }) => times === 2)).toMatchObject([
      { kind: 'github-repeat', expected: { statuses: [202], storedFor: ['de', 'us'] } },
    ]);
  });

  it("carries GitHub's headers and a GUID of its own each", () => {
    expect(new Set(requests.map(({ providerDeliveryId }) => providerDeliveryId)).size).toBe(requests.length);
    for (const request of requests) {
      expect(headerOf(request, 'User-Agent')).toMatch(/^GitHub-Hookshot\/[0-9a-f]{7}$/);
      expect(headerOf(request, 'X-GitHub-Delivery')).toBe(request.providerDeliveryId);
      expect(headerOf(request, 'X-Hub-Signature-256')).toMatch(/^sha256=[0-9a-f]{64}$/);
      expect(headerOf(request, 'X-Hub-Signature')).toMatch(/^sha1=[0-9a-f]{40}$/);
    }
  });

  it('does not alter an example', () => {
    const [example] = githubExamples();
    expect(sha256Hex(requests[0]?.body ?? Buffer.alloc(0))).toBe(
      sha256Hex(Buffer.from(JSON.stringify(example?.payload))),
    );
  });
});

describe('expectGithub', () => {
  const facts = { event: 'push', action: undefined, hasInstallation: true, regions: ['us'] };

  it.each([
    ['a push', facts, { statuses: [202], storedFor: ['us'] }],
    ['an unknown installation', { ...facts, regions: undefined }, { statuses: [400], storedFor: [] }],
    ['an installation of nobody', { ...facts, regions: [] }, { statuses: [400], storedFor: [] }],
    ['no installation', { ...facts, hasInstallation: false }, { statuses: [400], storedFor: [] }],
    ['a ping', { ...facts, event: 'ping', hasInstallation: false }, { statuses: [200], storedFor: [] }],
    ['an event of no region', { ...facts, event: 'star', action: 'created' }, { statuses: [202], storedFor: [] }],
    ['a check run begun', { ...facts, event: 'check_run', action: 'created' }, { statuses: [202], storedFor: [] }],
    ['a check run done', { ...facts, event: 'check_run', action: 'completed' }, { statuses: [202], storedFor: ['us'] }],
  ])('%s', (_name, given, expected) => {
    expect(expectGithub(given)).toMatchObject(expected);
  });
});
