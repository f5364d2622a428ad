/** Roles, the weakest first. */
export const ROLES = ['billing', 'member', 'admin', 'manager', 'owner'] as const;
export type Role = (typeof ROLES)[number];

/** A person in an organization. */
export interface Member {
  readonly organizationId: string;
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly username: string;
  readonly role: Role;
}

/** What somebody may do. */
export type Scope = 'event:read' | 'event:write' | 'member:admin' | 'team:admin';

const SCOPES: Readonly<Record<Role, readonly Scope[]>> = {
  billing: [],
  member: ['event:read', 'event:write'],
  admin: ['event:read', 'event:write', 'team:admin'],
  manager: ['event:read', 'event:write', 'team:admin', 'member:admin'],
  owner: ['event:read', 'event:write', 'team:admin', 'member:admin'],
};

/** Whether a role may do something; pure. */
export function mayDo(role: Role, scope: Scope): boolean {
  return SCOPES[role].includes(scope);
}

/** Whether somebody with a role may give another one: it must not allow more than their own; pure. */
export function mayGive(role: Role, given: Role): boolean {
  return SCOPES[given].every((scope) => SCOPES[role].includes(scope)) && ROLES.indexOf(given) <= ROLES.indexOf(role);
}

export const MEMBER_COLUMNS = `organization_id::text AS "organizationId", user_id::text AS "userId", email, name, username, role`;
