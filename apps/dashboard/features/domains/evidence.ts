import type { Rrset } from '@nebula/dns';

/** `host:port`, an IPv6 address in brackets. */
export function dialText({ host, port }: { host: string; port: number }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** `www.example.com A 192.0.2.1` for people; `nothing` when there is no rrset. */
export function rrsetText(rrset: Rrset | null): string {
  return rrset === null ? 'nothing' : `${rrset.name} ${rrset.type} ${rrset.values.join(' ')}`;
}

/** A span of seconds for people. */
export function spanOf(seconds: number): string {
  if (seconds < 120) return `${Math.ceil(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
