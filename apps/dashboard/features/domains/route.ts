import { randomBytes } from 'node:crypto';
import { plainOptions, type Issuer, type Route, type RouteTarget } from '@nebula/proxy';
import type { DomainRow } from './store.ts';

/**
 * The route of a domain, for a target that was resolved. Where there are several upstreams, each can be held off; the key for
 * it stays the same, since another one would be another configuration.
 */
export function routeOf(
  row: Pick<DomainRow, 'id' | 'name' | 'options' | 'accounts' | 'goodRoute'>,
  target: RouteTarget,
  issuers: Issuer[],
): Route {
  const { healthPath, ...options } = row.options;
  const { accounts, goodRoute } = row;
  const hasSeveral = target.kind === 'upstreams' && target.upstreams.length > 1;
  return {
    id: row.id,
    hosts: [row.name],
    target,
    options: {
      ...plainOptions,
      ...options,
      accounts: accounts.length === 0 ? null : accounts,
      ...(hasSeveral ? { drainKey: goodRoute?.options.drainKey ?? randomBytes(16).toString('hex') } : {}),
      health: healthPath === null ? null : { path: healthPath, intervalSeconds: 30 },
    },
    // Its own authority is all that the proxy has for a wildcard; the certificate is ordered from here.
    certificate: { kind: 'automatic', issuers: row.name.startsWith('*.') ? [{ kind: 'internal' }] : issuers },
  };
}
