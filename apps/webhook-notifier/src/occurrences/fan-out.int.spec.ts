import { getQueueToken } from '@nestjs/bullmq';
import type { Queue } from 'bullmq';
import { NotifierKit, until } from '../testing/notifier-kit';
import type { Receiver } from '../testing/notifier-kit';
import { APP_WEBHOOKS_QUEUE } from '@switchyard/app-events';

describe('occurrences', () => {
  let kit: NotifierKit;
  let receiver: Receiver;

  beforeEach(async () => {
    kit = await NotifierKit.start();
    receiver = await kit.receiver();
  }, 30_000);
  afterEach(() => kit.close());

  const isAnnounced = async (event: string, rest = {}): Promise<boolean> => {
    const before = receiver.received.length;
    await kit.tell(event, rest);
    await kit.settled();
    return receiver.received.length > before;
  };

  it('F1: every app that subscribes is told once, whatever the others answer', async () => {
    const other = await kit.receiver();
    receiver.answer = () => 404;
    other.answer = () => 404;
    await kit.install('one', receiver.url);
    await kit.install('two', other.url);
    expect((await kit.tell('issue.created')).json).toEqual({ kind: 'taken', deliveries: 2 });
    await kit.settled();
    expect([receiver.events, other.events]).toEqual([['issue.created'], ['issue.created']]);
  });

  it('F2 corrected: only the events that it lists, and every one of a resource', async () => {
    await kit.install('one', receiver.url, { events: ['issue.created', 'comment'] });
    expect(await isAnnounced('issue.created')).toBe(true);
    expect(await isAnnounced('issue.resolved')).toBe(false);
    expect(await isAnnounced('comment.deleted')).toBe(true);
    expect(await isAnnounced('error.created')).toBe(false);
  });

  it('F3: a pending installation is told nothing but of itself', async () => {
    await kit.install('one', receiver.url, { kind: 'published', isPending: true });
    await kit.settled();
    expect(await isAnnounced('issue.created')).toBe(false);
  });

  it('another organization is told nothing', async () => {
    await kit.install('one', receiver.url);
    expect(await isAnnounced('issue.created', { organizationId: 2 })).toBe(false);
  });

  it('F5 corrected, F6: a filter of projects lets those projects through', async () => {
    await kit.install('one', receiver.url, { projectIds: [1] });
    expect(await isAnnounced('issue.created', { projectId: 1 })).toBe(true);
    expect(await isAnnounced('issue.created', { projectId: 2 })).toBe(false);
    expect(await isAnnounced('issue.created')).toBe(false);
  });

  it('F5a corrected: an app is found by its installation, never by a number that means something else elsewhere', async () => {
    const { installation } = await kit.install('one', receiver.url);
    const actor = { kind: 'user', id: Number(installation['id']), name: 'Namesake' };
    await kit.tell('issue.created', { actor, projectId: Number(installation['id']) });
    await kit.settled();
    expect(receiver.received.map(({ json }) => json.installation.uuid)).toEqual([installation['uuid']]);
  });

  it('F10: an app that knows issue.ignored as issue.archived is told so', async () => {
    await kit.install('one', receiver.url, { events: ['issue.archived', 'issue.resolved'] });
    expect(await isAnnounced('issue.ignored')).toBe(true);
    expect(receiver.events).toEqual(['issue.archived']);
  });

  it('F10a: but not when that is all that it lists', async () => {
    await kit.install('one', receiver.url, { events: ['issue.archived'] });
    expect(await isAnnounced('issue.ignored')).toBe(false);
  });

  it('F8: what nobody did was the system; F7: what is told is what came, no more', async () => {
    await kit.install('one', receiver.url);
    await kit.tell('issue.resolved', { data: { issue: { id: '1' }, resolution_type: 'with_commit' } });
    await kit.settled();
    expect(receiver.received[0]?.json).toMatchObject({
      data: { issue: { id: '1' }, resolution_type: 'with_commit' },
      actor: { type: 'application', id: 'sentry', name: 'Sentry' },
    });
  });

  it('A11 corrected: another app that acted is named, not the receiving one', async () => {
    await kit.install('one', receiver.url);
    const uuid = '64bf2cf4-37ca-4365-8dd3-6b6e56d741b8';
    await kit.tell('issue.resolved', { actor: { kind: 'app', uuid, name: 'Other' } });
    await kit.settled();
    expect(receiver.received[0]?.json.actor).toEqual({ type: 'application', id: uuid, name: 'Other' });
  });

  it('F11: an alert rule reaches the app that it names, with its settings, subscribed or not', async () => {
    await kit.install('one', receiver.url, { events: [], isAlertable: true });
    const settings = [{ name: 'title', value: 'Fire' }];
    await kit.tell('event_alert.triggered', { targets: [{ appSlug: 'one', settings, title: 'Rule' }] });
    await kit.settled();
    expect(receiver.events).toEqual(['event_alert.triggered']);
    expect(receiver.received[0]?.json.data).toMatchObject({ issue_alert: { settings, title: 'Rule' } });
  });

  it('F12: an alert rule whose app is gone tells nobody, and is no error', async () => {
    const answer = await kit.tell('event_alert.triggered', { targets: [{ appSlug: 'gone' }] });
    expect([answer.status, answer.json]).toEqual([202, { kind: 'taken', deliveries: 0 }]);
  });

  it('F13: a metric alert that is over is metric_alert.resolved', async () => {
    await kit.install('one', receiver.url, { events: [] });
    await kit.tell('metric_alert.resolved', { targets: [{ appSlug: 'one' }] });
    await kit.settled();
    expect(receiver.events).toEqual(['metric_alert.resolved']);
  });

  it('F22a: a new issue of category feedback is not told, one of category error is', async () => {
    await kit.install('one', receiver.url);
    await kit.tell('issue.created', { data: { issue: { id: '1', issueCategory: 'feedback' } } });
    await kit.tell('issue.created', { data: { issue: { id: '2', issueCategory: 'error' } } });
    await kit.settled();
    expect(receiver.received.map(({ json }) => (json.data['issue'] as { id: string }).id)).toEqual(['2']);
  });

  it('F22: the same key twice, as of an event that is processed again, is told once', async () => {
    await kit.install('one', receiver.url);
    await Promise.all(Array.from({ length: 10 }, () => kit.tell('issue.created', { key: 'same' })));
    await kit.settled();
    expect(receiver.received).toHaveLength(1);
  });

  it('jobs of the queue are taken, twice or once; one that is not usable harms nobody', async () => {
    await kit.install('one', receiver.url);
    const queue = kit.app.get<Queue>(getQueueToken(APP_WEBHOOKS_QUEUE));
    const job = { key: 'k1', organizationId: '1', resource: 'issue', action: 'created', data: {} };
    await queue.add('occurrence', { nonsense: true });
    await queue.add('occurrence', job);
    await queue.add('occurrence', job);
    await until(() => Promise.resolve(receiver.received.length > 0), 'the webhook came');
    await until(async () => (await queue.getJobCountByTypes('waiting', 'active')) === 0, 'the queue is empty');
    await kit.settled();
    expect(receiver.events).toEqual(['issue.created']);
    expect(await queue.getFailedCount()).toBe(0);
  });

  it.each([
    ['nothing that apps are told', { resource: 'issue', action: 'exploded' }],
    ['B16: an unknown resource', { resource: 'foo', action: 'bar' }],
    ['no organization', { organizationId: undefined }],
    ['no key', { key: '' }],
    ['data that is no object', { data: [] }],
    ['an actor without a name', { actor: { kind: 'user', id: 1 } }],
  ])('%s is 400, and nothing is written', async (_name, changes) => {
    const occurrence = { key: 'k', organizationId: 1, resource: 'issue', action: 'created', data: {}, ...changes };
    expect((await kit.admin('POST', 'occurrences', occurrence)).status).toBe(400);
    expect((await kit.pool.query('SELECT FROM occurrence')).rowCount).toBe(0);
  });

  it('what happened is sealed at rest', async () => {
    await kit.install('one', receiver.url);
    await kit.tell('issue.created', { data: { issue: { title: 'hunter2' } } });
    const { rows } = await kit.pool.query('SELECT occurrence::text AS row FROM occurrence');
    expect(rows[0].row).not.toContain('hunter2');
    expect(rows[0].row).not.toContain(Buffer.from('hunter2').toString('hex'));
  });
});
