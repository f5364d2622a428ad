import { metricsRegistry } from './metrics';
import { CounterTally, HistogramTally } from './tally';

describe(CounterTally.name, () => {
  it('shows its sums each time it is read, and counts nothing twice', async () => {
    const tally = new CounterTally({ name: 'test_tally_total', help: 'A test.', labels: ['provider', 'status'] });
    tally.of('github', '202').inc();
    tally.of('github', '202').inc();
    tally.of('slack', '200').inc();
    const first = await metricsRegistry.getSingleMetricAsString('test_tally_total');
    expect(first).toContain('test_tally_total{provider="github",status="202"} 2');
    expect(first).toContain('test_tally_total{provider="slack",status="200"} 1');
    tally.of('github', '202').inc();
    expect(await metricsRegistry.getSingleMetricAsString('test_tally_total')).toContain('status="202"} 3');
  });
});

describe(HistogramTally.name, () => {
  it('is read as a histogram: cumulative buckets, sum and count', async () => {
    const tally = new HistogramTally({
      name: 'test_seconds',
      help: 'A test.',
      labels: ['provider'],
      buckets: [0.1, 1],
    });
    for (const value of [0.05, 0.1, 0.5, 7]) tally.of('github').observe(value);
    const lines = (await metricsRegistry.getSingleMetricAsString('test_seconds')).split('\n');
    expect(lines.filter((line) => line.startsWith('test_seconds'))).toEqual([
      'test_seconds_bucket{le="0.1",provider="github"} 2',
      'test_seconds_bucket{le="1",provider="github"} 3',
      'test_seconds_bucket{le="+Inf",provider="github"} 4',
      'test_seconds_sum{provider="github"} 7.65',
      'test_seconds_count{provider="github"} 4',
    ]);
    expect(lines).toContain('# TYPE test_seconds histogram');
  });
});
