import { BlockList } from 'node:net';
import fc from 'fast-check';
import published from './address-ranges.json';
import { addressList, verifyBitbucketAddress } from './bitbucket.address';

const ok = { kind: 'ok', keyIndex: 0 };
const refused = (reason: string) => ({ kind: 'refused', reason });

describe(verifyBitbucketAddress.name, () => {
  it.each([
    ['104.192.136.0', ok],
    ['104.192.143.255', ok],
    ['104.192.135.255', refused('wrong_address')],
    ['104.192.144.0', refused('wrong_address')],
    ['185.166.140.1', ok],
    ['::ffff:185.166.140.1', ok],
    ['2401:1d80:3000::1', ok],
    ['2401:1d80:3fff:ffff::', ok],
    ['2401:1d80:4000::', refused('wrong_address')],
    ['127.0.0.1', refused('wrong_address')],
    ['::1', refused('wrong_address')],
    ['fe80::1%eth0', refused('wrong_address')],
    ['104.192.136.1:443', refused('wrong_address')],
    [' 104.192.136.1', refused('wrong_address')],
    ['0104.192.136.1', refused('wrong_address')],
    ['unknown', refused('wrong_address')],
    ['1'.repeat(10_000), refused('wrong_address')],
    ['', refused('missing_headers')],
    [undefined, refused('missing_headers')],
  ])('%.40s', (address, expected) => {
    expect(verifyBitbucketAddress(address)).toEqual(expected);
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (address) => void verifyBitbucketAddress(address)));
  });

  it('accepts no address of a range that is not published', () => {
    const byte = fc.nat(255);
    fc.assert(
      fc.property(byte, byte, byte, byte, (a, b, c, d) => {
        const address = `${a}.${b}.${c}.${d}`;
        const list = addressList([`${address}/32`]);
        expect(verifyBitbucketAddress(address, list)).toEqual(ok);
        expect(verifyBitbucketAddress(address, new BlockList())).toEqual(refused('wrong_address'));
      }),
    );
  });
});

describe('address-ranges.json', () => {
  it('says where it comes from and since when', () => {
    expect(published.source).toBe('https://ip-ranges.atlassian.com/');
    expect(published.updated).toMatch(/^\d{4}-\d\d-\d\d$/);
  });

  it('holds ranges, each of them once, and none so wide that it is a mistake', () => {
    expect(() => addressList(published.ranges)).not.toThrow();
    expect(new Set(published.ranges).size).toBe(published.ranges.length);
    for (const range of published.ranges) {
      const bits = Number(range.split('/')[1]);
      expect(bits).toBeGreaterThanOrEqual(range.includes(':') ? 32 : 16);
    }
  });
});

describe(addressList.name, () => {
  it.each(['', '104.192.136.0', '104.192.136.0/', '104.192.136.0/33', 'a/8', '104.192.136.0/-1', '::/129'])(
    '%j is no range',
    (range) => {
      expect(() => addressList([range])).toThrow();
    },
  );
});
