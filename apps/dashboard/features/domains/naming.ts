import { isIP } from 'node:net';
import type { Clock } from '@nebula/clock';
import type { Database } from '@nebula/db';
import {
  type AddressKind,
  type AddressSource,
  type Dns,
  findPublicAddress,
  type PublicAddress,
  type Resolver,
} from '@nebula/dns';
import { AppError } from '@nebula/errors';
import type { Outbound } from '@nebula/outbound';
import type { DnsAccess } from '../dns/index.ts';

/** DNS as domains use it: the accounts a person added, and questions to name servers. */
export interface Naming {
  /** Opens an account; null when it is not there any more. */
  open(providerId: string): Promise<{ name: string; dns: Dns } | null>;
  /** The zone that holds a name and who keeps it; null when no provider here does. */
  holding(name: string): Promise<{ providerId: string; zone: string } | null>;
  resolver(): Resolver;
  /** The public addresses that the internet sees us at; null where a family is not to be had. Never a private address. */
  publicAddress(family: 4 | 6): Promise<FoundAddress>;
}

/** An address, or in a sentence why there is none. */
export type FoundAddress = { address: string; evidence: string } | { address: null; reason: string };

/** How long an address that was found is believed: a page and a run that follow each other ask once. */
const believedMs = 20_000;
const longestMs = 60_000;

/** DNS as domains use it: the accounts that people added, and addresses as the settings say. */
export function createNaming(parts: {
  database: Database;
  outbound: Outbound;
  clock: Clock;
  access: DnsAccess;
  /** Addresses that names lead to whatever the internet sees; none asks the sources. */
  publicAddresses: readonly string[];
  addressSources: readonly AddressSource[];
}): Naming {
  const { access, addressSources, database, outbound, clock, publicAddresses } = parts;
  const found = new Map<4 | 6, { at: number; address: Promise<FoundAddress> }>();

  async function find(family: 4 | 6, signal: AbortSignal): Promise<FoundAddress> {
    const address = publicAddresses.find((each) => isIP(each) === family);
    if (address !== undefined)
      return { address, evidence: `IPv${family} is ${address}, as the settings say.` };
    if (publicAddresses.length > 0)
      return { address: null, reason: `the settings name no IPv${family} address.` };
    return told(await findPublicAddress(family, { outbound, sources: addressSources, signal }));
  }

  return {
    async open(providerId) {
      const held = (await access.zones(database.sql)).find((zone) => zone.providerId === providerId);
      try {
        const dns = await access.open(database.sql, providerId);
        return { name: held?.providerName ?? 'The provider', dns };
      } catch (error) {
        if (error instanceof AppError && error.code === 'NOT_FOUND') return null;
        throw error;
      }
    },
    holding: (name) => access.holding(database.sql, name),
    resolver: () => access.resolver,
    async publicAddress(family) {
      const now = clock.now().getTime();
      const known = found.get(family);
      if (known !== undefined && Math.abs(now - known.at) < believedMs) return await known.address;
      // Not under one caller's signal: others wait for the same answer.
      const address = find(family, AbortSignal.timeout(longestMs));
      found.set(family, { at: now, address });
      address.catch(() => found.delete(family));
      return await address;
    },
  };
}

function told({ family, state, address, kind, answers }: PublicAddress): FoundAddress {
  const agreeing = answers.filter((answer) => answer.address === address).length;
  switch (state) {
    case 'agreed':
      return address === null
        ? { address: null, reason: 'nobody told one.' }
        : {
            address,
            evidence: `IPv${family} is ${address}: ${agreeing} of ${answers.length} sources say so.`,
          };
    case 'disagreed':
      return {
        address: null,
        reason: `the sources disagree: ${answers.map((answer) => answer.address ?? 'none').join(', ')}.`,
      };
    case 'unreachable':
      return { address: null, reason: answers[0]?.problem ?? 'no source could be asked.' };
    case 'not-public':
      return {
        address: null,
        reason: `${address ?? ''} ${whyNotPublic(kind)}`,
      };
    default:
      return state satisfies never;
  }
}

/** What kind of address it is instead, and what can be done. */
function whyNotPublic(kind: AddressKind | null): string {
  switch (kind) {
    case 'carrier-grade-nat':
      return (
        'is shared by your carrier with other homes (CGNAT), so nobody can reach this one over IPv4. ' +
        'Ask the carrier for an IPv4 address of your own, or use IPv6, or a tunnel to a server that has one.'
      );
    case 'private':
      return 'belongs to a home network. A source of addresses inside it was asked: configure one on the internet.';
    case 'this-machine':
      return 'belongs to this machine itself. Configure sources of addresses on the internet.';
    case 'public':
    case 'unusable':
    case null:
      return 'is no address that anybody can be reached at.';
    default:
      return kind satisfies never;
  }
}
