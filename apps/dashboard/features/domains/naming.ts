import type { Dns, Resolver } from '@nebula/dns';

/** DNS as domains use it: the accounts a person added, and questions to name servers. */
export interface Naming {
  /** Opens an account; null when it is not there any more. */
  open(providerId: string): Promise<{ name: string; dns: Dns } | null>;
  resolver(): Resolver;
  /** The public addresses that the internet sees us at; null where a family is not to be had. Never a private address. */
  publicAddress(family: 4 | 6, signal: AbortSignal): Promise<FoundAddress>;
}

/** An address, or in a sentence why there is none. */
export type FoundAddress = { address: string; evidence: string } | { address: null; reason: string };
