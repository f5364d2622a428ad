import { classifyDelivery } from './delivery-result';

const answered = (status: number) =>
  classifyDelivery({ kind: 'response', region: 'us', status, headers: [], body: Buffer.from('not json') });

describe(classifyDelivery.name, () => {
  it.each([200, 201, 202, 204, 299, 300, 302, 399])('D24: %i is delivered, whatever its body', (status) => {
    expect(answered(status)).toEqual({ kind: 'delivered', status });
  });

  it.each([
    [400, 'bad_request'],
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [404, 'not_found'],
    [409, 'conflict'],
  ])('D17, D18, W-12: %i is rejected as %s, not delivered', (status, reason) => {
    expect(answered(status)).toEqual({ kind: 'rejected', reason, status });
  });

  it.each([402, 405, 408, 410, 413, 422, 428, 430, 499])('%i is tried again', (status) => {
    expect(answered(status)).toEqual({ kind: 'retry', reason: 'api_error', status });
  });

  it('429 postpones: the region is there and wants to be left alone, so it costs no attempt (corrected from a retry)', () => {
    expect(answered(429)).toEqual({ kind: 'postponed', reason: 'rate_limited', status: 429, waitMs: 1_000 });
  });

  it('an open circuit postpones as long as it is open', () => {
    const notNow = { kind: 'failure', region: 'us', failure: 'not_now', detail: '', waitMs: 4_000 } as const;
    expect(classifyDelivery(notNow)).toMatchObject({ kind: 'postponed', reason: 'not_now', waitMs: 4_000 });
  });

  it.each([500, 502, 503, 599])('%i is tried again', (status) => {
    expect(answered(status)).toEqual({ kind: 'retry', reason: 'server_error', status });
  });

  it.each([
    ['connect', 'host_error'],
    ['timeout', 'timeout_reset'],
    ['reset', 'timeout_reset'],
    ['too_large', 'timeout_reset'],
  ] as const)('D16, D20: a failure to %s is tried again', (failure, reason) => {
    const result = classifyDelivery({ kind: 'failure', region: 'us', failure, detail: '' });
    expect(result).toEqual({ kind: 'retry', reason, status: undefined });
  });
});
