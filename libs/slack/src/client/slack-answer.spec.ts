import { classOf } from './slack-answer';

const error = (word: string, status = 200) => classOf({ kind: 'error', error: word, status });

describe('classOf', () => {
  it.each([
    ['ratelimited', 'parked'],
    ['message_limit_exceeded', 'parked'],
    ['internal_error', 'transient'],
    ['channel_not_found', 'parent_gone'],
    ['is_archived', 'parent_gone'],
    ['restricted_action_thread_only_channel', 'parent_gone'],
    ['account_inactive', 'workspace_gone'],
    ['token_revoked', 'workspace_gone'],
    ['invalid_blocks', 'malformed'],
    ['something_new', 'refused'],
  ])('%s is %s', (word, expected) => {
    expect(error(word)).toBe(expected);
  });

  it('the status says more than the word: 429 and 5xx', () => {
    expect([error('http', 429), error('http', 503)]).toEqual(['parked', 'transient']);
  });

  it('what was sent and not answered may have been posted; what was not sent was not', () => {
    expect(classOf({ kind: 'no_answer', wasSent: true, detail: 'timeout' })).toBe('unknown');
    expect(classOf({ kind: 'no_answer', wasSent: false, detail: 'ECONNREFUSED' })).toBe('transient');
    expect(classOf({ kind: 'ok', ts: '1.2' })).toBe('sent');
  });
});
