import { cookieOf, csrfTokenOf, isOwnRequest, SessionCookies } from './cookies';

const ID = 'a'.repeat(43);

describe(SessionCookies.name, () => {
  it('over https: bound to the host, secure, and not for scripts', () => {
    const [session, csrf] = new SessionCookies('gateway', true).forSession(ID, 60);
    expect(session).toBe(`__Host-switchyard-gateway=${ID}; Path=/; Max-Age=60; SameSite=Lax; Secure; HttpOnly`);
    expect(csrf).toBe(`XSRF-TOKEN=${csrfTokenOf(ID)}; Path=/; Max-Age=60; SameSite=Lax; Secure`);
  });

  it('over http it has another name, because browsers would refuse it', () => {
    expect(new SessionCookies('gateway', false).forSession(ID, 60)[0]).toBe(
      `switchyard-gateway=${ID}; Path=/; Max-Age=60; SameSite=Lax; HttpOnly`,
    );
  });

  it('ends both', () => {
    for (const line of new SessionCookies('gateway', true).forNobody()) expect(line).toContain('=; Path=/; Max-Age=0');
  });
});

describe(cookieOf.name, () => {
  it.each([
    ['a=1; b=2', 'b', '2'],
    ['b=2; b=3', 'b', '2'],
    [' b = 2 ', 'b', '2'],
    ['ab=2', 'b', undefined],
    ['=2; b', 'b', undefined],
    [undefined, 'b', undefined],
  ])('%j has %s: %j', (cookie, name, value) => {
    expect(cookieOf({ cookie }, name)).toBe(value);
  });
});

describe(isOwnRequest.name, () => {
  const token = csrfTokenOf(ID);
  const site = (value: string) => ({ 'sec-fetch-site': value, 'x-xsrf-token': token });
  it.each([
    ['reading', 'GET', {}, true],
    ['our page', 'PUT', site('same-origin'), true],
    ['an older browser', 'PUT', { origin: 'http://a.test:1', host: 'a.test:1', 'x-xsrf-token': token }, true],
    ['a page elsewhere', 'POST', site('cross-site'), false],
    ['a neighbour', 'POST', site('same-site'), false],
    ['the address bar', 'POST', site('none'), false],
    ['another port', 'PUT', { origin: 'http://a.test:2', host: 'a.test:1', 'x-xsrf-token': token }, false],
    ['an origin that is none', 'PUT', { origin: 'null', host: 'a.test:1', 'x-xsrf-token': token }, false],
    ['no origin', 'PUT', { 'x-xsrf-token': token }, false],
    ['no token', 'PUT', { 'sec-fetch-site': 'same-origin' }, false],
    ["another session's token", 'PUT', { ...site('same-origin'), 'x-xsrf-token': csrfTokenOf('b') }, false],
  ])('%s: %s', (_what, method, headers, expected) => {
    expect(isOwnRequest({ method, headers }, ID)).toBe(expected);
  });

  it('takes the token from a form', () => {
    const headers = { 'sec-fetch-site': 'same-origin' };
    expect(isOwnRequest({ method: 'POST', headers }, ID, token)).toBe(true);
    expect(isOwnRequest({ method: 'POST', headers }, ID, 'x')).toBe(false);
  });
});
