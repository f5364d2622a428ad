import { metricsRegistry, silentLogger } from '@switchyard/telemetry';
import { BacklogGauges } from './backlog-gauges';
import { DeliveryKit } from './testing';

interface Backlog {
  readonly oldest: Readonly<Record<string, number>>;
  readonly lateness: number | undefined;
}

describe(BacklogGauges.name, () => {
  let kit: DeliveryKit;
  let gauges: BacklogGauges;

  beforeEach(async () => {
    kit = await DeliveryKit.start(false);
    gauges = new BacklogGauges(kit.pool, silentLogger);
  });
  afterEach(() => kit.close());

  async function measure(): Promise<Backlog> {
    await gauges.measure();
    return readGauges();
  }

  const makeOlder = (mailbox: string, seconds: number) =>
    kit.pool.query(`UPDATE stored_webhook SET received_at = now() - $2 * interval '1 second' WHERE mailbox = $1`, [
      mailbox,
      seconds,
    ]);
  const claim = (mailbox: string, due: string, until: string) =>
    kit.pool.query(
      `INSERT INTO mailbox (name, due_at, claimed_until) VALUES ($1, now() + $2::interval, now() + $3::interval)`,
      [mailbox, due, until],
    );

  it('says nothing before it has measured', async () => {
    expect(await readGauges()).toEqual({ oldest: {}, lateness: undefined });
  });

  it('nothing waits: nothing is late', async () => {
    expect(await measure()).toEqual({ oldest: {}, lateness: 0 });
  });

  it('a mailbox that nobody has looked at is as late as its first webhook is old', async () => {
    await kit.save('github:us:7', ['1', '2']);
    await makeOlder('github:us:7', 600);
    await kit.save('github:de:7', ['1']);
    const { oldest, lateness } = await measure();
    expect(oldest['us']).toBeCloseTo(600, -1);
    expect(oldest['de']).toBeLessThan(60);
    expect(lateness).toBeCloseTo(600, -1);
  });

  it('a backoff is no lateness until it is over, and a drain under way is none', async () => {
    await kit.save('github:us:7', ['1']);
    await kit.save('github:us:8', ['1']);
    await makeOlder('github:us:7', 600);
    await makeOlder('github:us:8', 600);
    await claim('github:us:7', '1 minute', '-10 minutes');
    await claim('github:us:8', '-10 minutes', '1 minute');
    expect(await measure()).toMatchObject({ lateness: 0 });
    await kit.pool.query(`UPDATE mailbox SET due_at = now() - interval '40 s' WHERE name = 'github:us:7'`);
    const { oldest, lateness } = await measure();
    expect(lateness).toBeCloseTo(40, -1);
    expect(oldest['us']).toBeCloseTo(600, -1);
  });

  it('what an operator holds gets old, not late', async () => {
    await kit.save('github:us:7', ['1']);
    await makeOlder('github:us:7', 600);
    await kit.pool.query(`INSERT INTO hold (scope, value, reason, actor) VALUES ('region', 'us', 'spec', 'spec')`);
    expect(await measure()).toMatchObject({ lateness: 0, oldest: { us: expect.closeTo(600, -1) } });
  });

  it('a database that does not answer leaves no figures behind, so that no data can fire', async () => {
    await kit.save('github:us:7', ['1']);
    await measure();
    const broken = new BacklogGauges({ query: () => Promise.reject(new Error('down')) } as never, silentLogger);
    await gauges.measure();
    await broken.measure();
    expect(await readGauges()).toEqual({ oldest: {}, lateness: undefined });
  });
});

async function readGauges(): Promise<Backlog> {
  const metrics = await metricsRegistry.getMetricsAsJSON();
  const values = (name: string) => metrics.find((metric) => metric.name === name)?.values ?? [];
  return {
    oldest: Object.fromEntries(
      values('switchyard_oldest_undelivered_seconds').map(({ labels, value }) => [String(labels['region']), value]),
    ),
    lateness: values('switchyard_delivery_lateness_seconds')[0]?.value,
  };
}
