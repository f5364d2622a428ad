import { componentUrl } from './component-url';

const APP = 'https://app.example.test:8443/hooks/in?x=1';

describe('componentUrl', () => {
  it('is the host of the app and the path of the component', () => {
    expect(componentUrl(APP, '/options')).toBe('https://app.example.test:8443/options');
    expect(componentUrl(APP, '/options?kind=a', { query: 'a b&c' })).toBe(
      'https://app.example.test:8443/options?kind=a&query=a+b%26c',
    );
  });

  it.each([
    '@evil.example/x',
    '//evil.example/x',
    '/\\evil.example',
    '/a@evil.example',
    'https://evil.example/',
    '',
    'x',
    '/a b',
    '/ü',
  ])('G11: refuses %j', (uri) => {
    expect(componentUrl(APP, uri)).toBeUndefined();
  });

  it('refuses a path that is too long, and an app without an address', () => {
    expect(componentUrl(APP, `/${'a'.repeat(512)}`)).toBeUndefined();
    expect(componentUrl('none', '/options')).toBeUndefined();
  });
});
