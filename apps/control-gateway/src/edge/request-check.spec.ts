import { checkHeaders, checkPath } from './request-check';

describe(checkPath.name, () => {
  it.each([
    '/extensions/github/webhook/',
    '/extensions/jira/issue/ABC-1/',
    '/extensions/slack/link-team/a.b%20c~d=/',
    '/a/..b/c..',
  ])('lets %s through', (path) => {
    expect(checkPath(path)).toBeUndefined();
  });

  it.each([
    '/a/../b',
    '/a/./b',
    '/a/..',
    '/a/%2E%2e/b',
    '/a%2Fb',
    '/a%5Cb',
    '/a\\b',
    '/a/%00',
    '/a/%0a',
    '/a/%7F',
    '/a/%',
    '/a/%g0',
    '/ä',
    '/a b',
    `/${'a'.repeat(8192)}`,
  ])('refuses %s', (path) => {
    expect(checkPath(path)).toMatchObject({ reason: 'bad_path' });
  });
});

describe(checkHeaders.name, () => {
  it('lets repeated headers through that may repeat', () => {
    expect(
      checkHeaders(['Accept', 'a', 'Accept', 'b', 'X-Forwarded-For', '1', 'X-Forwarded-For', '2']),
    ).toBeUndefined();
  });

  it('refuses a second value of one that must be single, in any case', () => {
    expect(checkHeaders(['X-Hub-Signature-256', 'a', 'x-hub-signature-256', 'a'])).toMatchObject({
      reason: 'duplicate_header',
    });
  });
});
