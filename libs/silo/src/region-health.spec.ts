import type { HttpResult } from '@switchyard/http-client';
import { FakeClock } from '@switchyard/primitives';
import { RegionHealth } from './region-health';

const response = (status: number): HttpResult => ({ kind: 'response', status, headers: [], body: Buffer.alloc(0) });
const failure = (kind: 'connect' | 'timeout' = 'connect'): HttpResult => ({
  kind: 'failure',
  failure: kind,
  detail: '',
});

describe(RegionHealth.name, () => {
  let clock: FakeClock;
  let health: RegionHealth;

  beforeEach(() => {
    clock = new FakeClock();
    health = new RegionHealth(clock, 16);
  });

  const report = (times: number, result: HttpResult, region = 'us') => {
    for (let index = 0; index < times; index += 1) health.report(region, result);
  };

  it('opens when most requests fail, and only then', () => {
    report(19, failure());
    expect(health.permit('us')).toEqual({ kind: 'go' });
    report(1, failure());
    expect(health.permit('us')).toEqual({ kind: 'wait', waitMs: 5_000 });
    expect(health.permit('de')).toEqual({ kind: 'go' });
  });

  it('stays closed while as many succeed, and forgets what is long ago', () => {
    report(30, response(200));
    report(25, failure());
    expect(health.stateOf('us')).toBe('closed');
    report(19, failure(), 'de');
    clock.advance(31_000);
    report(1, failure(), 'de');
    expect(health.stateOf('de')).toBe('closed');
  });

  it.each([400, 404, 429, 500, 501])('an answer of %i is one: the region is there', (status) => {
    report(100, response(status));
    expect(health.stateOf('us')).toBe('closed');
  });

  it('lets one probe go; its success closes, its failure doubles the wait', () => {
    report(20, response(503));
    clock.advance(5_000);
    expect(health.permit('us')).toEqual({ kind: 'go' });
    expect(health.stateOf('us')).toBe('half_open');
    expect(health.permit('us')).toMatchObject({ kind: 'wait' });
    report(1, failure('timeout'));
    expect(health.permit('us')).toEqual({ kind: 'wait', waitMs: 10_000 });
    for (const waitMs of [20_000, 40_000, 60_000, 60_000]) {
      clock.advance(60_000);
      expect(health.permit('us')).toEqual({ kind: 'go' });
      report(1, failure());
      expect(health.permit('us')).toEqual({ kind: 'wait', waitMs });
    }
    clock.advance(60_000);
    health.permit('us');
    report(1, response(204));
    expect([health.stateOf('us'), health.permit('us')]).toEqual(['closed', { kind: 'go' }]);
  });

  it('a probe that nobody reports on does not keep the circuit half open for ever', () => {
    report(20, failure());
    clock.advance(5_000);
    health.permit('us');
    clock.advance(60_001);
    expect(health.permit('us')).toEqual({ kind: 'go' });
  });

  it('the limit halves when the region is overloaded, once a second, and grows again with successes', () => {
    expect(health.limitOf('us').limit).toBe(16);
    report(5, response(429));
    expect(health.limitOf('us').limit).toBe(8);
    for (const limit of [4, 2, 1, 1]) {
      clock.advance(1_000);
      report(1, failure('timeout'));
      expect(health.limitOf('us').limit).toBe(limit);
    }
    report(500, response(200));
    expect(health.limitOf('us').limit).toBe(16);
  });

  it('waits as long as the region says, up to ten minutes', () => {
    health.pause('us', 3_000);
    expect(health.permit('us')).toEqual({ kind: 'wait', waitMs: 3_000 });
    expect(health.limitOf('us')).toEqual({ limit: 0, waitMs: 3_000 });
    clock.advance(3_000);
    expect(health.permit('us')).toEqual({ kind: 'go' });
    health.pause('us', 1e9);
    expect(health.permit('us')).toEqual({ kind: 'wait', waitMs: 600_000 });
  });
});
