import { temporaryDatabase } from '@switchyard/database/testing';
import type { TemporaryDatabase } from '@switchyard/database/testing';
import type { EventStream, NewRecord } from '@switchyard/event-stream';
import { FakeClock } from '@switchyard/primitives';
import { silentLogger } from '@switchyard/telemetry';
import { outcomesLibMigrations } from './migrations';
import { OutcomePublisher } from './outcome-publisher';

describe(OutcomePublisher.name, () => {
  let database: TemporaryDatabase;
  const published: { topic: string; record: NewRecord }[] = [];
  let isAway = false;

  const stream = {
    publish(topic: string, records: readonly NewRecord[]) {
      published.push(...records.map((record) => ({ topic, record })));
      return isAway ? Promise.reject(new Error('no broker')) : Promise.resolve();
    },
  } as EventStream;
  const publisher = (open: () => EventStream | undefined = () => stream) =>
    new OutcomePublisher(database.pool, open, () => Promise.resolve(), new FakeClock(Date.now()), silentLogger);
  const track = (outcome: string, quantity = 1, at = 'now()') =>
    database.pool.query(
      `INSERT INTO tracked_outcome (at, org_id, outcome, category, quantity) VALUES (${at}, 7, $1, 'webhook', $2)`,
      [outcome, quantity],
    );
  const waiting = async () => (await database.pool.query('SELECT FROM tracked_outcome')).rowCount;

  beforeAll(async () => {
    database = await temporaryDatabase(outcomesLibMigrations);
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    published.length = 0;
    isAway = false;
    await database.pool.query('DELETE FROM tracked_outcome');
  });

  it('T47, T49: publishes what is billed to the one topic and the rest to the other, in the form of the wire', async () => {
    await track('accepted', 3);
    await track('invalid');
    expect(await publisher().publish()).toBe(2);
    expect(published.map(({ topic }) => topic)).toEqual(['outcomes-billing', 'outcomes']);
    expect(JSON.parse(String(published[0]?.record.value))).toMatchObject({
      org_id: 7,
      outcome: 0,
      category: 200,
      quantity: 3,
    });
    expect(published[0]?.record.headers).toEqual({ outcome_id: published[0]?.record.key });
    expect(await waiting()).toBe(0);
  });

  it('keeps what no topic has confirmed, and tries it again under the same id', async () => {
    await track('accepted');
    isAway = true;
    const relay = publisher();
    await expect(relay.publish()).rejects.toThrow('no broker');
    expect(await waiting()).toBe(1);
    isAway = false;
    expect(await relay.publish()).toBe(1);
    expect(new Set(published.map(({ record }) => record.key)).size).toBe(1);
    expect(published[0]?.record.value).toEqual(published[1]?.record.value);
  });

  it('two at once publish each outcome once', async () => {
    for (let count = 0; count < 20; count++) await track('accepted');
    await Promise.all([publisher().publish(), publisher().publish()]);
    expect([published.length, new Set(published.map(({ record }) => record.key)).size]).toEqual([20, 20]);
  });

  it('a row that breaks the vocabulary holds nobody back', async () => {
    await track('nonsense');
    await track('accepted');
    await publisher().publish();
    expect([published.length, await waiting()]).toEqual([1, 0]);
  });

  it('where nobody keeps usage rows wait for a day and no longer', async () => {
    await track('accepted', 1, `now() - interval '25 hours'`);
    await track('accepted');
    expect(await publisher(() => undefined).publish()).toBe(0);
    expect(await waiting()).toBe(1);
  });
});
