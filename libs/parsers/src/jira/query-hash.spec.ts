import { createHash } from 'node:crypto';
import { fitsQueryHash, queryHash } from './query-hash';

const hashOf = (canonical: string) => createHash('sha256').update(canonical).digest('hex');

describe(queryHash.name, () => {
  // The forms of Atlassian's documentation "Creating a query string hash".
  it.each([
    [
      'get',
      '/path/to/service',
      'zee_last=param&repeated=parameter+1&first=param&repeated=parameter+2',
      'GET&/path/to/service&first=param&repeated=parameter%201,parameter%202&zee_last=param',
    ],
    ['GET', '/rest/api/2/issue', '', 'GET&/rest/api/2/issue&'],
    ['POST', '/issue-updated/', 'jwt=token&user_id=5', 'POST&/issue-updated&user_id=5'],
    ['GET', '/', '', 'GET&/&'],
    ['GET', '', '', 'GET&/&'],
    ['GET', '/a', 'b', 'GET&/a&b='],
    [
      'GET',
      '/a',
      'x=%e4%bd%a0&tilde=~&star=*',
      'GET&/a&star=%2A&tilde=~&x=%E4%BD%A0'.replace('%E4%BD%A0', '%E4%BD%A0'),
    ],
  ])('%s %s?%s', (method, path, query, canonical) => {
    expect(queryHash(method, path, query)).toBe(hashOf(canonical));
  });

  it.each(['a=%zz', '%ff=1', Array.from({ length: 201 }, () => 'a=1').join('&')])('%j has none', (query) => {
    expect(queryHash('GET', '/', query)).toBeUndefined();
  });
});

describe(fitsQueryHash.name, () => {
  const hash = queryHash('GET', '/a', '');
  it.each([
    [hash, true],
    [hash?.toUpperCase(), false],
    ['context-qsh', false],
    [undefined, false],
    [5, false],
  ])('%j: %s', (claim, fits) => {
    expect(fitsQueryHash(claim, [undefined, hash])).toBe(fits);
  });
});
