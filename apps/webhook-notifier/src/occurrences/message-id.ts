import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_DIGITS = 10;
const RANDOM_DIGITS = 16;

/** `msg_` and a ULID: ten digits of the time in milliseconds, sixteen random ones. */
export function messageId(nowMs: number): string {
  let time = '';
  for (let rest = nowMs, digit = 0; digit < TIME_DIGITS; digit += 1) {
    time = ALPHABET.charAt(rest % 32) + time;
    rest = Math.floor(rest / 32);
  }
  const random = [...randomBytes(RANDOM_DIGITS)].map((byte) => ALPHABET.charAt(byte % 32)).join('');
  return `msg_${time}${random}`;
}
