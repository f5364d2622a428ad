import { allowedTarget } from './allowed-target';

const ALLOWED = ['hooks.slack.com', 'http://127.0.0.1:4711'];

describe(allowedTarget.name, () => {
  it.each([
    ['https://hooks.slack.com/actions/T1/1/x?a=b', { origin: 'https://hooks.slack.com', path: '/actions/T1/1/x?a=b' }],
    ['https://hooks.slack.com:443/x', { origin: 'https://hooks.slack.com', path: '/x' }],
    ['http://127.0.0.1:4711/x', { origin: 'http://127.0.0.1:4711', path: '/x' }],
  ])('allows %s', (url, target) => {
    expect(allowedTarget(url, ALLOWED)).toEqual(target);
  });

  it.each([
    'http://hooks.slack.com/x',
    'https://hooks.slack.com.evil.example/x',
    'https://evil.example/hooks.slack.com',
    'https://hooks.slack.com@evil.example/x',
    'https://user:password@hooks.slack.com/x',
    'https://hooks.slack.com:8443/x',
    'http://127.0.0.1:4712/x',
    'https://127.0.0.1:4711/x',
    'http://2130706433:4711.evil.example/',
    'javascript:alert(1)',
    'nonsense',
    `https://hooks.slack.com/${'a'.repeat(2048)}`,
  ])('145: refuses %s', (url) => {
    expect(allowedTarget(url, ALLOWED)).toBeUndefined();
  });
});
