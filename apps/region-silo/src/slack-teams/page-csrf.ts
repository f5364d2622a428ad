import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SigningKey, SigningKeys } from '@switchyard/silo';

/** Values that show that a form is ours: for one link and one user. */
export class PageForms {
  constructor(private readonly keys: SigningKeys) {}

  /** The value of the form's hidden field. */
  issue(nonce: string, userId: string): string {
    return macOf(this.keys.current, nonce, userId);
  }

  isOurs(given: string, nonce: string, userId: string): boolean {
    return this.keys.all.some((key) => {
      const [left, right] = [Buffer.from(given), Buffer.from(macOf(key, nonce, userId))];
      return left.length === right.length && timingSafeEqual(left, right);
    });
  }
}

function macOf({ key }: SigningKey, nonce: string, userId: string): string {
  const derived = createHmac('sha256', key).update('switchyard slack page form').digest();
  return createHmac('sha256', derived).update(`${nonce}|${userId}`).digest('base64url');
}
