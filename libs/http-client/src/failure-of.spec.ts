import { errors } from 'undici';
import { failureOf } from './failure-of';

const withCode = (code: string) => Object.assign(new Error('text'), { code });

describe(failureOf.name, () => {
  it.each([
    ['ECONNREFUSED', false, 'connect'],
    ['ENOTFOUND', false, 'connect'],
    ['UND_ERR_CONNECT_TIMEOUT', false, 'connect'],
    ['CERT_HAS_EXPIRED', false, 'connect'],
    ['ECONNRESET', false, 'connect'],
    ['ECONNRESET', true, 'reset'],
    ['EPIPE', true, 'reset'],
    ['UND_ERR_SOCKET', true, 'reset'],
    ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', true, 'reset'],
    ['UND_ERR_HEADERS_OVERFLOW', true, 'invalid'],
    ['UND_ERR_INVALID_ARG', false, 'invalid'],
  ] as const)('%s, sent: %s, is %s', (code, wasSent, failure) => {
    expect(failureOf(withCode(code), wasSent)).toEqual({ kind: 'failure', failure, detail: code });
  });

  it('is not misled by a text', () => {
    expect(failureOf(new Error('ECONNREFUSED'), true)).toEqual({
      kind: 'failure',
      failure: 'reset',
      detail: 'unknown',
    });
    expect(failureOf(undefined, false)).toMatchObject({ failure: 'connect', detail: 'unknown' });
  });

  it('tells a response that is not HTTP from one that ended early', () => {
    const complaintAbout = (data: string) => Object.assign(new errors.HTTPParserError('text'), { data });
    expect(failureOf(complaintAbout('zz'), true)).toMatchObject({ failure: 'invalid' });
    expect(failureOf(complaintAbout(''), true)).toMatchObject({ failure: 'reset' });
  });
});
