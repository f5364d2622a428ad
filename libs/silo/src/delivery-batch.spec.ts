import fc from 'fast-check';
import {
  BATCH_MAX_ITEMS,
  BatchFormatError,
  decodeBatchAnswer,
  decodeDeliveryBatch,
  encodeDeliveryBatch,
} from './delivery-batch';
import type { BatchItem } from './delivery-batch';

const item = (changes: Partial<BatchItem> = {}): BatchItem => ({
  method: 'POST',
  pathAndQuery: '/extensions/github/webhook/?a=%2F',
  headers: ['Content-Type', 'application/json', 'X-Ä', 'ü'],
  body: Buffer.from([0, 255, 10, 13]),
  integrationId: '7',
  isVerified: true,
  deliveryId: 'w-1',
  ...changes,
});
const terms = { budgetMs: 9_000, isStrict: true };

describe('a batch of deliveries', () => {
  it('comes back as it was, whatever the bytes', () => {
    const items = fc.array(
      fc.record({
        method: fc.constantFrom('POST', 'PUT'),
        pathAndQuery: fc.string(),
        headers: fc.array(fc.tuple(fc.string(), fc.string())).map((pairs) => pairs.flat()),
        body: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
        integrationId: fc.option(fc.string(), { nil: undefined }),
        isVerified: fc.boolean(),
        deliveryId: fc.string(),
      }),
      { minLength: 1, maxLength: 5 },
    );
    fc.assert(
      fc.property(items, fc.boolean(), (list, isStrict) => {
        const batch = decodeDeliveryBatch(encodeDeliveryBatch({ budgetMs: 5, isStrict }, list));
        expect(batch).toEqual({ budgetMs: 5, isStrict, items: list });
      }),
    );
  });

  it('bytes that are not one are refused with an error of its own, never with another', () => {
    const good = encodeDeliveryBatch(terms, [item(), item({ deliveryId: 'w-2' })]);
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), fc.boolean(), (at, value, isCut) => {
        const bytes = Buffer.from(isCut ? good.subarray(0, at) : good);
        if (!isCut) bytes[at] = value;
        try {
          decodeDeliveryBatch(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(BatchFormatError);
        }
      }),
    );
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['no webhook', encodeDeliveryBatch(terms, [])],
    [
      'too many',
      encodeDeliveryBatch(
        terms,
        Array.from({ length: BATCH_MAX_ITEMS + 1 }, () => item()),
      ),
    ],
    ['bytes at the end', Buffer.concat([encodeDeliveryBatch(terms, [item()]), Buffer.from('x')])],
    ['an endless head', Buffer.from([255, 255, 255, 255])],
    ['a head that is no object', Buffer.concat([Buffer.from([0, 0, 0, 4]), Buffer.from('null')])],
    ['a budget below nothing', encodeDeliveryBatch({ ...terms, budgetMs: -1 }, [item()])],
    ['a header without a value', encodeDeliveryBatch(terms, [item({ headers: ['a'] })])],
  ])('refuses %s', (_name, bytes) => {
    expect(() => decodeDeliveryBatch(bytes)).toThrow(BatchFormatError);
  });

  it.each([
    ['{"statuses":[204,500]}', [204, 500]],
    ['{"statuses":[]}', undefined],
    ['{"statuses":[204,204,204]}', undefined],
    ['{"statuses":["204"]}', undefined],
    ['{"statuses":[99]}', undefined],
    ['{}', undefined],
    ['null', undefined],
    ['<html>', undefined],
  ])('of at most two, the answer %s is %p', (text, statuses) => {
    expect(decodeBatchAnswer(Buffer.from(text), 2)).toEqual(statuses);
  });
});
