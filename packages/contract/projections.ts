import type { EndpointTable } from './client.ts';
import type { Api, Endpoint, Permission, Role } from './define.ts';
import { includesRole, roles } from './define.ts';

/** One endpoint with its place in the api. */
export interface ListedEndpoint {
  feature: string;
  name: string;
  endpoint: Endpoint;
}

/** Every endpoint of an api, in the order of declaration. */
export function endpointsOf(api: Api): ListedEndpoint[] {
  return Object.entries(api).flatMap(([feature, contract]) =>
    Object.entries(contract.endpoints).map(([name, endpoint]) => ({ feature, name, endpoint })),
  );
}

/** The part of an api that the client needs at run time. */
export function endpointTable(api: Api): EndpointTable {
  const table: Record<string, Record<string, readonly [Endpoint['kind'], string, string]>> = {};
  for (const { feature, name, endpoint } of endpointsOf(api)) {
    table[feature] = { ...table[feature], [name]: [endpoint.kind, endpoint.method, endpoint.path] };
  }
  return table;
}

/** Every permission of an api with the least role that has it. */
export function permissionsOf(api: Api): Map<Permission, Role> {
  const found = new Map<Permission, Role>();
  for (const contract of Object.values(api)) {
    for (const [name, { role }] of Object.entries(contract.permissions)) found.set(name as Permission, role);
  }
  return found;
}

/** Who may call what: one row per endpoint, one verdict per role and for nobody. */
export function permissionMatrix(
  api: Api,
): { endpoint: string; allowed: Record<Role | 'signed-out', boolean> }[] {
  const permissions = permissionsOf(api);
  return endpointsOf(api).map(({ feature, name, endpoint }) => {
    const { access } = endpoint;
    const needed =
      access === 'public' || access === 'signed-in' ? 'viewer' : (permissions.get(access) ?? 'admin');
    const allowed = { 'signed-out': access === 'public', viewer: false, operator: false, admin: false };
    for (const role of roles) allowed[role] = includesRole(role, needed);
    return { endpoint: `${feature}.${name}`, allowed };
  });
}
