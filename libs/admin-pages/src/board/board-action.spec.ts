import { boardActionOf } from './board-action';

const QUEUE = '/admin/queues/api/queues/:queueName';

describe(boardActionOf.name, () => {
  it.each([
    [`${QUEUE}/:jobId/retry`, { queueName: 'email', jobId: '7' }, 'job_retry', 'queue email 7', 'operator'],
    [
      `${QUEUE}/clean/:queueStatus`,
      { queueName: 'email', queueStatus: 'failed' },
      'queue_clean',
      'queue email failed',
      'operator',
    ],
    [`${QUEUE}/pause`, { queueName: 'email' }, 'queue_pause', 'queue email', 'operator'],
    ['/admin/queues/api/queues/pause', {}, 'queue_pause', 'queue all', 'operator'],
    [`${QUEUE}/obliterate`, { queueName: 'email' }, 'queue_obliterate', 'queue email', 'admin'],
    [`${QUEUE}/:jobId/update-data`, { queueName: 'a', jobId: '1' }, 'job_update_data', 'queue a 1', 'admin'],
    [`${QUEUE}/add`, { queueName: 'a' }, 'queue_add', 'queue a', 'admin'],
  ] as const)('%s', (route, parameters, action, subject, scope) => {
    expect(boardActionOf(route, parameters)).toEqual({ action, subject, scope });
  });

  it('keeps what a stranger wrote short and on one line', () => {
    const { subject } = boardActionOf(`${QUEUE}/pause`, { queueName: `a\0\n${'b'.repeat(900)}` });
    expect(subject).toMatch(/^queue a\?\?b+$/);
    expect(subject).toHaveLength(200);
  });
});
