import { caaAllows, findCaa, isWithinZone, registrableDomain } from '@nebula/dns';
import { AppError, DriverError } from '@nebula/errors';
import type { RouteTarget } from '@nebula/proxy';
import { hideHashes } from './accounts.ts';
import type { DomainParts } from './parts.ts';
import { reachOf } from './probe.ts';
import { waysOf } from './prove-name.ts';
import type { DomainRow } from './store.ts';
import { routeTarget } from './target.ts';

/** What was found before anything is done. */
export interface Validation {
  zone: string;
  target: RouteTarget;
  evidence: string[];
}

/**
 * Proves what can be proven before the first effect: zone, provider, target, CAA, snippet and that nobody else has the name.
 *
 * @throws AppError with a sentence for the person and what to do
 */
export async function validate(row: DomainRow, parts: DomainParts, signal: AbortSignal): Promise<Validation> {
  const evidence: string[] = [];
  const { lack } = row.name.startsWith('*.') ? await waysOf(row, parts, signal) : { lack: null };
  if (lack !== null) {
    throw new AppError(
      'WILDCARD_UNSUPPORTED',
      `A certificate for a wildcard is proven by a DNS record, and nobody here can write one for it: ${lack} Choose a DNS provider for it, or add the names one by one.`,
    );
  }
  const zone = await zoneOf(row, parts, signal);
  evidence.push(zone.sentence);
  const target = await routeTarget(row.target, parts.docker, signal);
  evidence.push(await targetEvidence(target, signal));
  evidence.push(await caaEvidence(row.name, parts, signal));
  evidence.push(await routeEvidence(row, parts, signal));
  return { zone: zone.name, target, evidence };
}

async function zoneOf(row: DomainRow, parts: DomainParts, signal: AbortSignal) {
  const registrable = await registrableDomain(row.name);
  if (row.dns.kind === 'elsewhere') {
    if (registrable !== null) {
      return {
        name: registrable,
        sentence: `${row.name} belongs to ${registrable}; its records are kept elsewhere.`,
      };
    }
    const { zone } = await parts.naming.resolver().authoritative(row.name, { signal });
    return { name: zone, sentence: `${row.name} lies in the zone ${zone}; its records are kept elsewhere.` };
  }
  const { zone, providerId } = row.dns;
  if (!isWithinZone(row.name, zone)) {
    throw new AppError('ZONE_DIFFERS', `${row.name} does not lie in the zone ${zone}.`);
  }
  const opened = await parts.naming.open(providerId);
  if (opened === null) {
    throw new AppError(
      'PROVIDER_UNKNOWN',
      'The DNS provider of this domain is not there any more. Choose another.',
    );
  }
  const zones = await opened.dns.listZones({ signal });
  if (!zones.some(({ name }) => name === zone)) {
    throw new AppError(
      'ZONE_UNKNOWN',
      `${opened.name} holds no zone ${zone}. It holds ${zones.map(({ name }) => name).join(', ') || 'none'}.`,
    );
  }
  return { name: zone, sentence: `${opened.name} holds the zone ${zone}.` };
}

async function targetEvidence(target: RouteTarget, signal: AbortSignal): Promise<string> {
  if (target.kind !== 'upstreams') return 'The target is a redirect; there is nothing behind it to reach.';
  const refusals = await reachOf(target.upstreams, signal);
  const reached = refusals.filter(({ why }) => why === null);
  const lost = refusals.filter(({ why }) => why !== null).map(({ dial, why }) => `${dial} (${why ?? ''})`);
  if (reached.length === 0) {
    throw new AppError(
      'TARGET_UNREACHABLE',
      `Nothing accepts connections at ${lost.join(', ')}. Is the app running?`,
    );
  }
  const rest = lost.length === 0 ? '' : `; not at ${lost.join(', ')}`;
  return `The target accepts connections at ${reached.map(({ dial }) => dial).join(', ')}${rest}.`;
}

/** Names under which authorities stand in CAA records (their own documentation), by the host of their directory. */
const caaNames: Record<string, string> = {
  'acme-v02.api.letsencrypt.org': 'letsencrypt.org',
  'acme-staging-v02.api.letsencrypt.org': 'letsencrypt.org',
  'acme.zerossl.com': 'sectigo.com',
  'dv.acme-v02.api.pki.goog': 'pki.goog',
  'api.buypass.com': 'buypass.com',
};

async function caaEvidence(name: string, parts: DomainParts, signal: AbortSignal): Promise<string> {
  const finding = await findCaa(parts.naming.resolver(), name, { signal });
  if (finding.at === null) return 'No CAA record restricts who may issue certificates.';
  // Caddy asks these two by itself.
  const hosts =
    parts.issuers.length === 0
      ? ['acme-v02.api.letsencrypt.org', 'acme.zerossl.com']
      : parts.issuers.flatMap((issuer) =>
          issuer.kind === 'acme' ? [new URL(issuer.directory).hostname] : [],
        );
  const known = hosts.flatMap((host) => caaNames[host] ?? []);
  const allowed = known.filter((authority) => caaAllows(finding, authority, name.startsWith('*.')));
  if (known.length < hosts.length && allowed.length === 0) {
    return `CAA records at ${finding.at} restrict who may issue; under which name our authority stands there is not known.`;
  }
  if (allowed.length === 0) {
    throw new AppError(
      'CAA_FORBIDS',
      `The CAA records at ${finding.at} do not allow ${known.join(' or ')} to issue for ${name}. Add one there, or choose another authority.`,
    );
  }
  return `The CAA records at ${finding.at} allow ${allowed.join(' and ')}.`;
}

async function routeEvidence(row: DomainRow, parts: DomainParts, signal: AbortSignal): Promise<string> {
  const { foreign } = await parts.proxy.state(signal);
  const taken = foreign.find(({ hosts }) => hosts.includes(row.name));
  if (taken !== undefined) {
    throw new AppError(
      'ROUTE_TAKEN',
      `The reverse proxy already has a route for ${row.name} that is not ours (server ${taken.server}). Import it, or take it out there.`,
    );
  }
  const { snippet } = row.options;
  const problem = snippet === null ? null : await parts.proxy.checkSnippet(snippet, signal);
  if (problem !== null)
    throw new AppError('SNIPPET_WRONG', `The snippet is not accepted: ${hideHashes(problem)}`);
  return 'The reverse proxy answers, and no other route has this name.';
}

/** Turns a DriverError into a sentence, for evidence; throws everything else. */
export function sentenceOf(error: unknown): string {
  if (error instanceof DriverError) return error.message;
  throw error;
}
