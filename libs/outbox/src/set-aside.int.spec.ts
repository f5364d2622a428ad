import { DeliveryKit } from './testing';
import type { RegionStandIn } from './testing';

describe.each([
  ['one by one', false],
  ['in batches', true],
])('a provider whose order may give way, %s', (_name, takesBatches) => {
  const skipping = { skipOnFailure: ['github'] };
  let kit: DeliveryKit;
  let us: RegionStandIn;

  beforeEach(async () => {
    kit = await DeliveryKit.start(takesBatches);
    ({ us } = kit);
  });
  afterEach(() => kit.close());

  const namesOf = async () =>
    (await kit.pool.query<{ mailbox: string }>('SELECT mailbox FROM stored_webhook ORDER BY id')).rows.map((row) =>
      row.mailbox.replace(/!\d+$/, '!id'),
    );

  it('W-01, D27: what fails is set aside, and the ones behind it go on; later it comes alone', async () => {
    us.answer = ({ body }) => (body.toString() === '2' && us.received.length < 4 ? 500 : 200);
    await kit.save('github:us:7', ['1', '2', '3', '4']);
    await expect(kit.drainWith(skipping).run('github:us:7')).resolves.toBe('empty');
    expect(us.bodies).toEqual(['1', '2', '3', '4']);
    expect(await namesOf()).toEqual(['github:us:7!id']);
    expect(await kit.store.dueMailboxes('', 10)).toEqual([]);
    await kit.endBackoffs();
    const [retry] = await kit.store.dueMailboxes('', 10);
    expect(retry).toEqual({ name: expect.stringMatching(/^github:us:7!\d+$/), isRetry: true });
    await expect(kit.drainWith(skipping).run(retry?.name ?? '')).resolves.toBe('empty');
    expect(us.bodies).toEqual(['1', '2', '3', '4', '2']);
    const { rows } = await kit.pool.query('SELECT mailbox, attempts FROM delivery ORDER BY attempts DESC LIMIT 2');
    expect(rows).toEqual([
      { mailbox: 'github:us:7', attempts: 2 },
      { mailbox: 'github:us:7', attempts: 1 },
    ]);
  });

  it('many failures are not set aside: the region is unwell, and the mailbox waits', async () => {
    us.answer = () => 500;
    await kit.save(
      'github:us:7',
      Array.from({ length: 14 }, (_, index) => String(index)),
    );
    await expect(kit.drainWith({ ...skipping, batchRows: 5 }).run('github:us:7')).resolves.toBe('failed');
    expect((await namesOf()).filter((name) => name.endsWith('!id'))).toHaveLength(10);
    expect(us.received).toHaveLength(11);
  });

  it('set aside it can die, and come back to its mailbox', async () => {
    us.answer = () => 500;
    await kit.save('github:us:7', ['1']);
    await kit.drainWith(skipping).run('github:us:7');
    const { rows } = await kit.pool.query<{ mailbox: string }>('SELECT mailbox FROM stored_webhook');
    await kit.endBackoffs();
    await kit.drainWith({ ...skipping, attemptsMax: 2 }).run(rows[0]?.mailbox ?? '');
    const dead = await kit.pool.query('SELECT mailbox, sealed_mailbox, reason FROM dead_letter');
    expect(dead.rows).toEqual([{ mailbox: 'github:us:7', sealed_mailbox: 'github:us:7', reason: 'attempts_exceeded' }]);
  });

  it('a hold of its mailbox holds it too', async () => {
    us.answer = () => 500;
    await kit.save('github:us:7', ['1']);
    await kit.drainWith(skipping).run('github:us:7');
    await kit.endBackoffs();
    await kit.pool.query(
      `INSERT INTO hold (scope, value, reason, actor) VALUES ('mailbox', 'github:us:7', 'r', 'ada')`,
    );
    expect(await kit.store.dueMailboxes('', 10)).toEqual([]);
  });

  it('mailboxes of what was set aside leave with it', async () => {
    us.answer = (_delivery, index) => (index === 0 ? 500 : 200);
    await kit.save('github:us:7', ['1']);
    await kit.drainWith(skipping).run('github:us:7');
    await kit.endBackoffs();
    const { rows } = await kit.pool.query<{ mailbox: string }>('SELECT mailbox FROM stored_webhook');
    await kit.drainWith(skipping).run(rows[0]?.mailbox ?? '');
    await kit.store.purge();
    expect((await kit.pool.query('SELECT name FROM mailbox')).rows).toEqual([{ name: 'github:us:7' }]);
  });
});
