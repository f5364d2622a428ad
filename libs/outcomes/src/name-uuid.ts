import { createHash } from 'node:crypto';

/** Namespace of all ids that are made from a source position; any constant does, it must never change. */
const NAMESPACE = Buffer.from('5b1d0f2a6c0e4f0ea3b19f5d8a7c2e41', 'hex');

/** A name-based UUID (version 5): the same name gives the same id, on every machine and after every crash. */
export function nameUuid(name: string): string {
  const digest = createHash('sha1').update(NAMESPACE).update(name).digest().subarray(0, 16);
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x50;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  const hex = digest.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
