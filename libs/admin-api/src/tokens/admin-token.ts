import { createHash, randomBytes } from 'node:crypto';

/** Says what it is, for secret scanners and for people who find one. */
const PREFIX = 'swy_';
const FORM = /^swy_[\w-]{43}$/;

/** A new token: 32 random bytes, too many to guess whatever the hash. */
export const makeAdminToken = (): string => PREFIX + randomBytes(32).toString('base64url');

/** Whether a text can be one at all: what cannot is not looked up. */
export const isAdminToken = (text: string): boolean => FORM.test(text);

/** What is kept of a token. */
export const sha256 = (text: string | Buffer): Buffer => createHash('sha256').update(text).digest();
