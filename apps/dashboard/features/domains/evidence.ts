import type { Rrset } from '@nebula/dns';

/** `www.example.com A 192.0.2.1` for people; `nothing` when there is no rrset. */
export function rrsetText(rrset: Rrset | null): string {
  return rrset === null ? 'nothing' : `${rrset.name} ${rrset.type} ${rrset.values.join(' ')}`;
}
