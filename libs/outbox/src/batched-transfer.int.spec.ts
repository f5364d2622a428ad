import { DeliveryKit } from './testing';
import type { RegionStandIn } from './testing';
import type { MailboxDrain } from './mailbox-drain';

const MAILBOX = 'github:us:7';

describe('batched transfer', () => {
  let kit: DeliveryKit;
  let us: RegionStandIn;
  let drain: MailboxDrain;

  beforeEach(async () => {
    kit = await DeliveryKit.start(true);
    us = kit.us;
    drain = kit.drainWith({ timeoutMs: 400 });
  });
  afterEach(() => kit.close());

  async function save(count: number, sizeOf: (index: number) => number = () => 1): Promise<string[]> {
    const bodies = Array.from({ length: count }, (_, index) => String(index).padEnd(sizeOf(index), '.'));
    await kit.save(MAILBOX, bodies);
    return bodies;
  }

  it('takes one request for many webhooks, in order', async () => {
    const bodies = await save(120);
    await expect(drain.run(MAILBOX)).resolves.toBe('empty');
    expect(us.bodies).toEqual(bodies);
    expect(us.batchSizes).toEqual([50, 50, 20]);
  });

  it('a bad item fails alone', async () => {
    us.answer = (_delivery, index) => (index === 1 ? 400 : 204);
    await save(4);
    await expect(drain.run(MAILBOX)).resolves.toBe('empty');
    expect(await kit.outcomes()).toEqual(['delivered', 'rejected_bad_request', 'delivered', 'delivered']);
    expect(us.batchSizes).toEqual([4]);
  });

  it('a region that answers with a part gets the rest at once, with no attempt counted for it', async () => {
    us.batchItemsMax = 3;
    const bodies = await save(7);
    await expect(drain.run(MAILBOX)).resolves.toBe('empty');
    expect(us.bodies).toEqual(bodies);
    expect(us.batchSizes).toEqual([7, 4]);
    const { rows } = await kit.pool.query('SELECT DISTINCT attempts FROM delivery');
    expect(rows).toEqual([{ attempts: 1 }]);
  });

  it('a batch without an answer costs the first one an attempt; then they go one by one, and the one that did it is found', async () => {
    us.answer = (_delivery, index) => (index === 2 || index === 5 ? 0 : 200);
    const bodies = await save(5);
    await expect(drain.run(MAILBOX)).resolves.toBe('failed');
    expect(us.bodies).toEqual(bodies.slice(0, 3));
    expect(await kit.attempts()).toEqual([1, 0, 0, 0, 0]);
    await kit.endBackoffs();
    await expect(drain.run(MAILBOX)).resolves.toBe('failed');
    expect(us.bodies.slice(3)).toEqual(bodies.slice(0, 3));
    expect(await kit.attempts()).toEqual([1, 0, 0]);
    await kit.endBackoffs();
    await expect(drain.run(MAILBOX)).resolves.toBe('empty');
    expect(us.bodies.slice(6)).toEqual(bodies.slice(2));
    expect(us.batchSizes).toEqual([5]);
  });

  it('a hanging region costs one attempt, as without batches', async () => {
    us.answer = () => 'hang';
    await save(3);
    await expect(drain.run(MAILBOX)).resolves.toBe('failed');
    expect(await kit.attempts()).toEqual([1, 0, 0]);
  });

  it('a region that does not take them is asked once and gets them one by one', async () => {
    us.takesBatches = false;
    const bodies = await save(3);
    await expect(drain.run(MAILBOX)).resolves.toBe('empty');
    const more = await save(2);
    await expect(drain.run(MAILBOX)).resolves.toBe('empty');
    expect(us.bodies).toEqual([...bodies, ...more]);
    expect(us.batchesRefused).toBe(1);
  });

  it('limits the bytes of a batch; a large webhook goes alone', async () => {
    const bodies = await save(4, (index) => (index === 1 ? 2_000_000 : 400_000));
    await expect(drain.run(MAILBOX)).resolves.toBe('empty');
    expect(us.bodies).toEqual(bodies);
    expect(us.batchSizes).toEqual([2]);
  });

  it('the delivery id is the one that it has alone', async () => {
    await save(2);
    await drain.run(MAILBOX);
    const ids = us.received.map(({ headers }) => headers['x-gateway-delivery']);
    expect(ids).toEqual([expect.stringMatching(/^w-\d+$/), expect.stringMatching(/^w-\d+$/)]);
    expect(new Set(ids).size).toBe(2);
  });
});
