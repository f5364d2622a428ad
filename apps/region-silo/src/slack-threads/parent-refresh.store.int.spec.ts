import { inTransaction } from '@switchyard/database';
import { startDomain } from '../testing/domain-kit';
import type { DomainKit } from '../testing/domain-kit';
import { ParentRefreshStore } from './parent-refresh.store';

let kit: DomainKit;
beforeEach(async () => {
  // Nobody refreshes but the test.
  kit = await startDomain({ SWITCHYARD_SLACK_PARENT_REFRESH_S: '0' });
});
afterEach(() => kit.close());

it.each([
  ['stays as it is', false, 0],
  ['keeps its turn when it changed since it was claimed', true, 1],
])('a message that is given up %s', async (_name, isChanged, expected) => {
  const { pool } = kit.region;
  const store = new ParentRefreshStore(pool);
  const ask = () => inTransaction(pool, (transaction) => store.ask(transaction, '42', 10));
  await kit.alert([{ channel: 'C1' }]);
  await ask();
  const [claimed, ...others] = await store.claim(20);
  if (claimed === undefined || others.length > 0) throw new Error('one message is due');
  if (isChanged) await ask();
  await store.giveUp(claimed);
  expect(await store.claim(20)).toHaveLength(expected);
});
