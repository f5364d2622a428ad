import { generateKey, KeyRing } from '@switchyard/database';
import fc from 'fast-check';
import { decodeWebhook, encodeWebhook } from './stored-webhook.codec';

const keys = KeyRing.parse(generateKey('k1'));

describe('the form of a stored webhook', () => {
  it('brings back any bytes and any headers, in their order, repeated ones too', () => {
    const name = fc.constantFrom('X-A', 'x-a', 'Authorization', 'cookie', 'Content-Type', 'X-Gitlab-Token');
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.string())), fc.uint8Array({ maxLength: 500 }), (pairs, bytes) => {
        const headers = pairs.flat();
        const body = Buffer.from(bytes);
        const decoded = decodeWebhook(keys, 'box', encodeWebhook(keys, 'box', headers, body));
        expect(decoded.headers).toEqual(headers);
        expect(decoded.body.equals(body)).toBe(true);
      }),
    );
  });

  it('W-06: shows neither credentials nor the body', () => {
    const headers = ['Authorization', 'Bearer hunter2', 'X-Gitlab-Token', 'a:b:hunter2', 'X-GitHub-Event', 'push'];
    const encoded = encodeWebhook(keys, 'box', headers, Buffer.from('the body of hunter2'));
    expect(encoded.headers).toBe('[["Authorization",null],["X-Gitlab-Token",null],["X-GitHub-Event","push"]]');
    expect(encoded.sealed.includes('hunter2')).toBe(false);
  });

  it('does not open under another mailbox', () => {
    const encoded = encodeWebhook(keys, 'box', [], Buffer.from('x'));
    expect(() => decodeWebhook(keys, 'other', encoded)).toThrow();
  });

  it('opens what an older key sealed', () => {
    const old = generateKey('old');
    const encoded = encodeWebhook(KeyRing.parse(old), 'box', [], Buffer.from('x'));
    const rotated = KeyRing.parse(`${generateKey('new')},${old}`);
    expect(decodeWebhook(rotated, 'box', encoded).body.toString()).toBe('x');
  });
});
