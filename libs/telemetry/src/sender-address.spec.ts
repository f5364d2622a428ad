import type { IncomingMessage } from 'node:http';
import { senderAddressOf } from './sender-address';

const from = (remoteAddress: string | undefined, forwarded?: string) =>
  ({ headers: { 'x-forwarded-for': forwarded }, socket: { remoteAddress } }) as unknown as IncomingMessage;

describe(senderAddressOf.name, () => {
  it.each([
    ['the socket says it', from('192.0.2.1'), 0, '192.0.2.1'],
    ['IPv4 over an IPv6 socket', from('::ffff:192.0.2.1'), 0, '192.0.2.1'],
    ['a header that nobody trusted wrote', from('192.0.2.1', '203.0.113.9'), 0, '192.0.2.1'],
    ['one proxy', from('10.0.0.1', '203.0.113.9'), 1, '203.0.113.9'],
    ['one proxy, and a header that the sender made up', from('10.0.0.1', '1.2.3.4, 203.0.113.9'), 1, '203.0.113.9'],
    ['two proxies', from('10.0.0.1', '1.2.3.4, 203.0.113.9, 10.0.0.2'), 2, '203.0.113.9'],
    ['a request that went around a proxy', from('10.0.0.1', '203.0.113.9'), 2, undefined],
    ['a proxy that says nothing', from('10.0.0.1'), 1, undefined],
    ['a socket that is gone', from(undefined), 0, undefined],
  ])('%s', (_name, request, proxies, expected) => {
    expect(senderAddressOf(request, proxies)).toBe(expected);
  });
});
