import { ADMIN_SCOPES } from '@switchyard/admin-api';
import type { AdminScope, Principal } from '@switchyard/admin-api';

const NAME_MAX_CHARS = 100;

/** Claims of an ID token that was checked. */
export type Claims = Readonly<Record<string, unknown>> & { readonly iss: string; readonly sub: string };

/**
 * Who somebody is to us: the largest scope that one of their groups gives; `undefined` when none does.
 *
 * An address that the issuer has verified is a name; anything else could be chosen (`admin-token`), so it says where it comes from.
 */
export function personOf(
  claims: Claims,
  claim: string,
  scopeByGroup: ReadonlyMap<string, AdminScope>,
): Principal | undefined {
  const groups = [claims[claim]].flat();
  const scopes = groups.flatMap((group) => (typeof group === 'string' ? (scopeByGroup.get(group) ?? []) : []));
  const scope = ADMIN_SCOPES.findLast((each) => scopes.includes(each));
  return scope === undefined ? undefined : { name: nameOf(claims), scope, isSession: true };
}

function nameOf({ email, email_verified: isVerified, preferred_username: username, sub, iss }: Claims): string {
  if (isVerified === true && typeof email === 'string' && /^[\w.+-]+@[\w.-]+$/.test(email)) {
    return email.slice(0, NAME_MAX_CHARS);
  }
  const name = typeof username === 'string' && username !== '' ? username : sub;
  const printable = name.replaceAll(/[^\w.@+-]/g, '_').slice(0, NAME_MAX_CHARS);
  return `${printable} of ${new URL(iss).host}`.slice(0, 2 * NAME_MAX_CHARS);
}
