import { DeliveryKit } from './testing';

const MAILBOX = 'gitlab:us:7:3';
const KEYS = 12;

describe('a busy mailbox whose provider orders by a key', () => {
  let kit: DeliveryKit;

  beforeEach(async () => {
    kit = await DeliveryKit.start(false);
  });
  afterEach(() => kit.close());

  async function save(perKey: number): Promise<void> {
    for (let index = 0; index < perKey; index++) {
      for (let key = 0; key < KEYS; key++) {
        await kit.save(MAILBOX, [`${key}:${index}`], { provider: 'gitlab', orderKey: `project-${key}` });
      }
    }
  }
  const ofKey = (key: number) =>
    kit.us.bodies.filter((body) => body.startsWith(`${key}:`)).map((body) => Number(body.split(':')[1]));

  it('is sent side by side, each key in its order, through every change of the number of lanes', async () => {
    await save(20);
    kit.us.slowTurns = 20;
    const drain = kit.drainWith({ batchRows: 30 });
    while ((await drain.run(MAILBOX, 8)) === 'more');
    for (let key = 0; key < KEYS; key++) expect(ofKey(key)).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(kit.us.concurrentMost).toBeGreaterThan(2);
    await save(1);
    await expect(drain.run(MAILBOX, 8)).resolves.toBe('empty');
    expect(kit.us.received).toHaveLength(21 * KEYS);
  });

  it('one that fails stops its lane, and what other lanes delivered is not sent again', async () => {
    await save(5);
    kit.us.answer = ({ body }) => (body.toString() === '3:1' && kit.us.received.length < 2 * KEYS * 5 ? 500 : 200);
    await expect(kit.drainWith({ batchRows: 20 }).run(MAILBOX, 8)).resolves.toBe('failed');
    await kit.endBackoffs();
    kit.us.answer = () => 200;
    await expect(kit.drainWith({ batchRows: 20 }).run(MAILBOX, 8)).resolves.toBe('empty');
    for (let key = 0; key < KEYS; key++) {
      const delivered = key === 3 ? [0, 1, 1, 2, 3, 4] : [0, 1, 2, 3, 4];
      expect(ofKey(key)).toEqual(delivered);
    }
  });

  it('is one lane where everything is ordered', async () => {
    const bodies = Array.from({ length: 120 }, (_, index) => String(index));
    await kit.save('github:us:7', bodies);
    await expect(kit.drainWith({ batchRows: 20 }).run('github:us:7', 8)).resolves.toBe('empty');
    expect(kit.us.bodies).toEqual(bodies);
    expect(kit.us.concurrentMost).toBe(1);
  });
});
