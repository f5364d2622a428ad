import type { GuardedFailureReason, GuardedResult } from '@switchyard/http-client';
import { deliveryResultOf } from './delivery-result';
import { RETRY_SCHEDULE_SECONDS, retryDelayMs } from './retry-policy';

const NOW = Date.UTC(2026, 0, 1);
const phases = { totalMs: 1 };
const answer = (status: number, headers: Record<string, string> = {}): GuardedResult => ({
  kind: 'response',
  status,
  headers,
  body: Buffer.alloc(0),
  isTruncated: false,
  address: '192.0.2.1',
  phases,
});
const failure = (reason: GuardedFailureReason): GuardedResult => ({ kind: 'failure', reason, detail: '', phases });

// The ids are those of the spec: outgoing-webhooks.md §10.2 and §10.6.
describe('deliveryResultOf', () => {
  it.each([
    ['B1', answer(204), { kind: 'delivered' }],
    ['B2', answer(400), { kind: 'rejected', reason: 'http_4xx' }],
    ['F16', answer(404), { kind: 'rejected', reason: 'http_4xx' }],
    ['B6, F18', answer(503), { kind: 'retryable', reason: 'http_5xx' }],
    ['B7', answer(504), { kind: 'retryable', reason: 'http_5xx' }],
    ['B8', answer(500), { kind: 'retryable', reason: 'http_5xx' }],
    ['B9 corrected', answer(429), { kind: 'retryable', reason: 'http_429' }],
    ['B10 corrected', answer(302), { kind: 'rejected', reason: 'redirect' }],
    ['410 stops', answer(410), { kind: 'gone', reason: 'http_4xx' }],
    ['B21', failure('blocked_address'), { kind: 'blocked', reason: 'blocked_address' }],
    ['a timeout', failure('timeout_total'), { kind: 'retryable', reason: 'timeout_total' }],
  ])('%s', (_id, result, expected) => {
    expect(deliveryResultOf(result, NOW)).toEqual(expected);
  });

  it.each([
    ['F19 seconds', '120', 120_000],
    ['a date', new Date(NOW + 60_000).toUTCString(), 60_000],
    ['a date that is over', new Date(NOW - 60_000).toUTCString(), 0],
    ['years', '999999999', 86_400_000],
    ['nonsense', 'soon', undefined],
  ])('Retry-After, %s', (_name, value, retryAfterMs) => {
    const result = deliveryResultOf(answer(429, { 'retry-after': value }), NOW);
    expect(result.kind === 'retryable' && result.retryAfterMs).toBe(retryAfterMs);
  });
});

describe('retryDelayMs', () => {
  const [earliest, latest] = [{ next: () => 0 }, { next: () => 0.999_999 }];

  it('follows the schedule with jitter on top, then gives up', () => {
    const delays = RETRY_SCHEDULE_SECONDS.map((_, index) => retryDelayMs(index + 1, earliest));
    expect(delays).toEqual(RETRY_SCHEDULE_SECONDS.map((seconds) => seconds * 1000));
    expect(retryDelayMs(1, latest)).toBeCloseTo(6_000, 0);
    expect(retryDelayMs(RETRY_SCHEDULE_SECONDS.length + 1, earliest)).toBeUndefined();
  });

  it('F19: never comes back before the time that the receiver asked for', () => {
    expect(retryDelayMs(1, earliest, 120_000)).toBe(120_000);
  });
});
