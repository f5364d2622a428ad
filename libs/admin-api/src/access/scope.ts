/** What an admin credential is good for; each includes those before it. */
export const ADMIN_SCOPES = ['viewer', 'operator', 'admin'] as const;

/** One of {@link ADMIN_SCOPES}. */
export type AdminScope = (typeof ADMIN_SCOPES)[number];

/** Whether who has one scope may do what asks for another. */
export function covers(has: AdminScope, wanted: AdminScope): boolean {
  return ADMIN_SCOPES.indexOf(has) >= ADMIN_SCOPES.indexOf(wanted);
}

/** Whether a method only reads (RFC 9110 §9.2.1). */
export function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}

/** The scope that a route asks for when nothing else is said. */
export function scopeOfMethod(method: string): AdminScope {
  return isSafe(method) ? 'viewer' : 'operator';
}
