import fc from 'fast-check';
import { InboundRequest } from './inbound-request';

const requestOf = (body: Buffer | string, rawHeaders: readonly string[] = []) =>
  new InboundRequest({
    method: 'POST',
    path: '/extensions/acme/webhook/',
    rawHeaders,
    body: Buffer.from(body),
    view: 'webhook',
    params: {},
  });
const formOf = (body: Buffer | string) => {
  const form = requestOf(body).form();
  return form && Object.fromEntries(form);
};

describe('InboundRequest', () => {
  it('finds the first value of a header, whatever its case', () => {
    const request = requestOf('', ['Host', 'a', 'X-Event', 'first', 'x-event', 'second', 'odd']);
    expect(request.header('x-event')).toBe('first');
    expect(request.header('x-other')).toBeUndefined();
    expect(request.header('odd')).toBeUndefined();
  });

  it.each([
    ['application/json', 'application/json'],
    [' Application/JSON ; charset=utf-8', 'application/json'],
    ['', ''],
  ])('reads the media type of %j', (header, expected) => {
    expect(requestOf('', ['Content-Type', header]).mediaType).toBe(expected);
  });

  it('has no media type without a header', () => {
    expect(requestOf('').mediaType).toBe('');
  });

  it.each(['', 'null', '[]', '1', '"text"', '{', '\ufeff{}', '{}x'])('json() of %j is undefined', (body) => {
    expect(requestOf(body).json()).toBeUndefined();
  });

  it('json() of bytes that are not UTF-8 is undefined', () => {
    expect(requestOf(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])).json()).toBeUndefined();
  });

  it('decodes JSON once, a failure too', () => {
    const good = requestOf('{"a":1}');
    expect(good.json()).toBe(good.json());
    const parse = jest.spyOn(JSON, 'parse');
    const broken = requestOf('{');
    broken.json();
    broken.json();
    expect(parse).toHaveBeenCalledTimes(1);
    parse.mockRestore();
  });

  it.each([
    ['', {}],
    ['a=1&b=', { a: '1', b: '' }],
    ['a=1&a=2', { a: '1' }],
    ['a=x+y%20z%2B', { a: 'x y z+' }],
    ['a=b=c', { a: 'b=c' }],
    ['abc', undefined],
    ['a=1&', undefined],
    ['a=%zz', undefined],
    ['%ff=1', undefined],
  ])('form() of %j', (body, expected) => {
    expect(formOf(body)).toEqual(expected);
  });

  it('form() reads two hundred fields and refuses one more', () => {
    const fields = (count: number) => Array.from({ length: count }, (_, index) => `f${index}=1`).join('&');
    expect(requestOf(fields(200)).form()?.size).toBe(200);
    expect(requestOf(fields(201)).form()).toBeUndefined();
  });

  it('form() reads back what a browser would send', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string(), { maxKeys: 20 }), (fields) => {
        const body = new URLSearchParams(Object.entries(fields)).toString();
        expect(formOf(body)).toEqual(fields);
      }),
    );
  });
});
