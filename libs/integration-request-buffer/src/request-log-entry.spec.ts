import { requestLogEntry } from './request-log-entry';
import type { RequestAttempt } from './request-log-entry';

const attempt = (over: Partial<RequestAttempt> = {}): RequestAttempt => ({
  atMs: Date.UTC(2026, 0, 1),
  url: 'https://user:pass@hooks.example/x?token=s3cret&page=2',
  deliveryId: 'd1',
  attempt: 1,
  durationMs: 12.4,
  headers: {
    'Content-Type': 'application/json',
    'Request-ID': 'a'.repeat(32),
    'Sentry-Hook-Signature': `${'f'.repeat(60)}beef`,
    'webhook-signature': 'v1,abcdefWXYZ',
    Authorization: 'Bearer s3cret',
  },
  body: Buffer.from('{"action":"created"}'),
  ...over,
});
const answer = (status: number, body: Buffer | string = '', headers: Record<string, string> = {}) => ({
  response: { status, headers, body: Buffer.from(body) },
});

// The ids are those of the spec: outgoing-webhooks.md §10.2.
describe('requestLogEntry', () => {
  it('B1: a success keeps neither headers nor bodies', () => {
    expect(requestLogEntry(attempt({ ...answer(200, 'ok'), organizationId: '2' }))).toEqual({
      date: '2026-01-01T00:00:00.000Z',
      responseCode: 200,
      webhookUrl: 'https://hooks.example/x?token=***&page=2',
      deliveryId: 'd1',
      attempt: 1,
      durationMs: 12,
      organizationId: '2',
    });
  });

  it('B2, B3 corrected: a failure keeps plain text, cut at a character', () => {
    expect(requestLogEntry(attempt(answer(400, '<h1>no</h1>')))).toMatchObject({ responseBody: '<h1>no</h1>' });
    const long = requestLogEntry(attempt(answer(400, '😀'.repeat(2000))));
    expect(long).toMatchObject({ responseBody: '😀'.repeat(1024), isTruncated: true });
  });

  it('B4, B28: a timeout keeps what was sent', () => {
    expect(requestLogEntry(attempt({ failureReason: 'timeout_read' }))).toMatchObject({
      responseCode: 0,
      failureReason: 'timeout_read',
      requestBody: '{"action":"created"}',
    });
  });

  it('B13, B14: the receiver’s error page needs both parts, and a project that is a number', () => {
    const link = { 'sentry-hook-error': 'abc', 'sentry-hook-project': '1' };
    expect(requestLogEntry(attempt(answer(200, '', link)))).toMatchObject({ errorId: 'abc', projectId: '1' });
    const half = requestLogEntry(attempt(answer(200, '', { 'sentry-hook-error': 'abc' })));
    const odd = requestLogEntry(attempt(answer(200, '', { ...link, 'sentry-hook-project': '1; DROP' })));
    expect([half.errorId, odd.errorId]).toEqual([undefined, undefined]);
  });

  it('B15: an internal app’s entry names no organization', () => {
    expect(requestLogEntry(attempt(answer(200)))).not.toHaveProperty('organizationId');
  });

  it('B24: bytes that are not UTF-8 become replacement characters', () => {
    const entry = requestLogEntry(attempt(answer(400, Buffer.from([0xff, 0xfe, 0x00]))));
    expect(entry.responseBody).toBe('\ufffd\ufffd\ufffd');
  });

  it('B26: masks signatures and everything that is not known to be harmless', () => {
    const entry = requestLogEntry(attempt(answer(500, '', { 'set-cookie': 's3cret', server: 'nginx' })));
    expect(entry.requestHeaders).toMatchObject({
      'Request-ID': 'a'.repeat(32),
      'Sentry-Hook-Signature': '***beef',
      'webhook-signature': '***WXYZ',
      Authorization: '***',
    });
    expect(entry.responseHeaders).toEqual({ server: 'nginx' });
    expect(JSON.stringify(entry)).not.toContain('s3cret');
  });

  it('takes a URL that is none', () => {
    expect(requestLogEntry(attempt({ url: 'http://', failureReason: 'invalid_url' })).webhookUrl).toBe('(not a URL)');
  });
});
