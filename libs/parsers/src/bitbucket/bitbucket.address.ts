import { BlockList, isIP } from 'node:net';
import type { SignatureVerdict } from '../contract';
import published from './address-ranges.json';

const RANGES = addressList(published.ranges);

/**
 * Checks that a request came from the addresses that Atlassian sends from (gateway.md §7.3). Never throws.
 *
 * Weaker than a signature: whoever can make Atlassian's machines send a request has such an address. It is what there is where a
 * webhook has no secret.
 *
 * @param address of the sender as the edge knows it; without one nothing can be said
 */
export function verifyBitbucketAddress(address: string | undefined, ranges: BlockList = RANGES): SignatureVerdict {
  if (address === undefined || address === '') return { kind: 'refused', reason: 'missing_headers' };
  const version = isIP(address);
  const isListed = version !== 0 && ranges.check(address, version === 4 ? 'ipv4' : 'ipv6');
  return isListed ? { kind: 'ok', keyIndex: 0 } : { kind: 'refused', reason: 'wrong_address' };
}

/**
 * Compiles ranges in CIDR notation.
 *
 * @throws Error for what is none: a mistake in `address-ranges.json`
 */
export function addressList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits = ''] = range.split('/');
    const version = isIP(address);
    if (version === 0 || !/^\d{1,3}$/.test(bits)) throw new Error(`not a range of addresses: ${range}`);
    list.addSubnet(address, Number(bits), version === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}
