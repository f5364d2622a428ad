import { getQueueToken } from '@nestjs/bullmq';
import type { Queue } from 'bullmq';
import { NotifierKit, until } from '../testing/notifier-kit';
import { USAGE_NOTICE_QUEUE } from './usage-notice.processor';

describe('notices of usage', () => {
  let kit: NotifierKit;
  let queue: Queue;

  beforeEach(async () => {
    kit = await NotifierKit.start();
    queue = kit.app.get<Queue>(getQueueToken(USAGE_NOTICE_QUEUE));
    await kit.admin('PUT', 'organizations/1/owners', { owners: [{ email: 'ada@example.test' }] });
  }, 30_000);
  afterEach(() => kit.close());

  it('a quota that is nearly used up: each owner has one mail, however often it is told', async () => {
    const data = { organization_id: 1, project_id: null, quota_id: 'errors', threshold_percent: 80, limit: 1000 };
    for (let time = 0; time < 2; time++)
      await queue.add('quota_threshold', { noticeId: '7', kind: 'quota_threshold', data });
    const last = { ...data, quota_id: 'transactions', threshold_percent: 100 };
    await queue.add('quota_threshold', { noticeId: '8', kind: 'quota_threshold', data: last });
    await kit.untilMails(2);
    expect(kit.messages.map(({ subject }) => subject).sort()).toEqual([
      '80 percent of a quota are used',
      'The quota of organization 1 is used up',
    ]);
  });

  it('a spike: each owner has one mail, which says by how much', async () => {
    const data = { organization_id: 1, project_id: 5, category: 2, hour: 1, quantity: 9000, threshold: 1500 };
    for (let time = 0; time < 2; time++) await queue.add('usage_spike', { noticeId: '10', kind: 'usage_spike', data });
    await kit.untilMails(1);
    await until(async () => (await queue.getJobCountByTypes('waiting', 'active')) === 0, 'the queue is empty');
    expect(kit.messages.map(({ subject }) => subject)).toEqual(['Project 5 uses far more than usual']);
    expect(kit.messages[0]?.text).toContain(
      'Category transaction: 9000 in this hour so far; up to 1500 would be usual.',
    );
  });

  it('a first custom metric is noted once', async () => {
    const job = {
      noticeId: '9',
      kind: 'first_custom_metric',
      data: { organization_id: 1, project_id: 5, platform: 'node' },
    };
    await queue.add('first_custom_metric', job);
    await until(async () => (await kit.items('organizations/1/audit-log')).length > 0, 'it is noted');
    await queue.add('first_custom_metric', job);
    await queue.add('nonsense', { kind: 'nonsense' });
    await until(async () => (await queue.getJobCountByTypes('waiting', 'active')) === 0, 'the queue is empty');
    expect(await kit.items('organizations/1/audit-log')).toHaveLength(1);
    expect(await queue.getFailedCount()).toBe(0);
  });
});
