import { returnPathOf } from './return-path';

describe(returnPathOf.name, () => {
  it.each(['/admin/queues/', '/admin/queues/queue/email?status=failed&page=2', '/admin/queues/queue/a/7%3A1'])(
    'goes back to %s',
    (path) => {
      expect(returnPathOf(path)).toBe(path);
    },
  );

  it.each([
    undefined,
    ['/admin/queues/'],
    'https://elsewhere.test/',
    '//elsewhere.test/admin/',
    '/admin/../extensions/',
    '/admin//elsewhere.test',
    '/admin/\\elsewhere.test',
    '/admin/sign-out',
    '/admin/x\r\nSet-Cookie: a=b',
    `/admin/${'x'.repeat(600)}`,
  ])('does not follow %j', (path) => {
    expect(returnPathOf(path)).toBe('/admin/queues/');
  });
});
