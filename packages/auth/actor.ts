import { includesRole, type Permission, type Role } from '@nebula/contract';

/** Who acts. Every change and every audit entry has one. */
export type Actor =
  | {
      kind: 'user';
      id: string;
      name: string;
      email: string;
      role: Role;
      sessionId: string;
      steppedUpAt: Date | null;
    }
  | {
      kind: 'apiKey';
      id: string;
      name: string;
      role: Role;
      scopes: string[];
      userId: string | null;
      expiresAt: Date | null;
    }
  | { kind: 'agent'; id: string; name: string; role: Role }
  | { kind: 'job'; id: string; name: string }
  | { kind: 'system'; id: string; name: string }
  | { kind: 'nobody'; id: string; name: string };

/** Somebody who is not signed in; may do nothing that needs a permission. */
export const nobody: Actor = { kind: 'nobody', id: 'nobody', name: 'not signed in' };

/** Who acts, as what is kept of it names them. */
export function actorName({ kind, name }: Actor): string {
  return kind === 'nobody' ? 'nobody' : name;
}

/** The part of NebulaCommand itself, such as a schedule or the command line of the machine's owner. */
export function systemActor(name: string): Actor {
  return { kind: 'system', id: 'system', name };
}

/** Decides what actors may do, from the permissions that the contracts declare. */
export interface Judge {
  can(actor: Actor, permission: Permission): boolean;
}

/**
 * A judge over declared permissions (name to least role). An unknown permission is denied to everybody but the system. An
 * API key needs both its owner's role and a matching scope: `*`, `<feature>:*` or the permission itself.
 */
export function createJudge(permissions: ReadonlyMap<Permission, Role>): Judge {
  return {
    can(actor, permission) {
      if (actor.kind === 'system' || actor.kind === 'job') return true;
      if (actor.kind === 'nobody') return false;
      const needed = permissions.get(permission);
      if (needed === undefined || !includesRole(actor.role, needed)) return false;
      return actor.kind !== 'apiKey' || actor.scopes.some((scope) => covers(scope, permission));
    },
  };
}

function covers(scope: string, permission: string): boolean {
  return (
    scope === '*' ||
    scope === permission ||
    (scope.endsWith(':*') && permission.startsWith(scope.slice(0, -1)))
  );
}
