import { currentTrace, parseTraceparent, useTraceIds, withSpan } from '@switchyard/telemetry';
import { DeliveryKit } from './testing';

const MAILBOX = 'github:us:7';

describe.each([
  ['one by one', false],
  ['in batches', true],
])('the trace of stored webhooks that go %s', (_way, takesBatches) => {
  let kit: DeliveryKit;

  beforeAll(() => useTraceIds(true));
  afterAll(() => useTraceIds(false));

  beforeEach(async () => {
    kit = await DeliveryKit.start(takesBatches);
  });
  afterEach(() => kit.close());

  /** Stores one webhook in a trace of its own and returns its id. */
  const saveTraced = (body: string) =>
    withSpan('spec', { parent: null }, async () => {
      await kit.save(MAILBOX, [body], {
        headers: ['traceparent', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'],
      });
      return currentTrace()?.traceId;
    });

  it('arrives at the region, and never the one that the sender named', async () => {
    const stored = [await saveTraced('a'), await saveTraced('b')];
    await kit.drainWith().run(MAILBOX);
    const arrived = kit.us.received.map(({ headers }) => parseTraceparent(headers['traceparent'])?.traceId);
    expect(new Set(stored).size).toBe(2);
    expect(arrived).toEqual(stored);
  });

  it('is kept by a dead letter', async () => {
    const stored = await saveTraced('a');
    const { rows } = await kit.pool.query<{ id: string }>('SELECT id FROM stored_webhook');
    await kit.store.bury(rows[0]?.id ?? '', 'discarded');
    const dead = await kit.pool.query<{ traceparent: string }>('SELECT traceparent FROM dead_letter');
    expect(parseTraceparent(dead.rows[0]?.traceparent)?.traceId).toBe(stored);
  });
});
