import type { Role } from './changes.ts';

const roles: readonly Role[] = ['viewer', 'operator', 'admin'];

/** The roles that somebody with this role may give to a key: their own and those below. */
export function rolesUpTo(role: Role): Role[] {
  return roles.slice(0, roles.indexOf(role) + 1);
}
