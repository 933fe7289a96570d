import { plainOptions, type Issuer, type Route, type RouteTarget } from '@nebula/proxy';
import type { DomainRow } from './store.ts';

/** The route of a domain, for a target that was resolved. */
export function routeOf(
  row: Pick<DomainRow, 'id' | 'name' | 'options'>,
  target: RouteTarget,
  issuers: Issuer[],
): Route {
  const { healthPath, ...options } = row.options;
  return {
    id: row.id,
    hosts: [row.name],
    target,
    options: {
      ...plainOptions,
      ...options,
      health: healthPath === null ? null : { path: healthPath, intervalSeconds: 30 },
    },
    // Its own authority is all that the proxy has for a wildcard; the certificate is ordered from here.
    certificate: { kind: 'automatic', issuers: row.name.startsWith('*.') ? [{ kind: 'internal' }] : issuers },
  };
}
