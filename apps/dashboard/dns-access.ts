import type { Clock } from '@nebula/clock';
import {
  type AddressSource,
  createResolver,
  defaultAddressSources,
  findPublicAddress,
  type PublicAddress,
} from '@nebula/dns';
import type { Outbound } from '@nebula/outbound';
import { isIP } from 'node:net';
import type { DashboardConfig } from './config.ts';
import type { DnsAccess, FoundAddress } from './features/domains/index.ts';

/** How long an address that was found is believed: a page and a run that follow each other ask once. */
const believedMs = 20_000;

/** DNS as the settings say, with the accounts that `open` knows. */
export function dnsAccess(parts: {
  config: DashboardConfig;
  outbound: Outbound;
  clock: Clock;
  open: DnsAccess['open'];
}): DnsAccess {
  const { config, outbound, clock } = parts;
  const resolver = createResolver({ servers: config.dnsResolvers, authoritativePort: config.dnsPort });
  const found = new Map<4 | 6, { at: number; address: Promise<FoundAddress> }>();
  const sources =
    config.addressSources.length === 0 ? defaultAddressSources : config.addressSources.map(sourceOf);

  async function find(family: 4 | 6, signal: AbortSignal): Promise<FoundAddress> {
    const address = config.publicAddresses.find((each) => isIP(each) === family);
    if (address !== undefined)
      return { address, evidence: `IPv${family} is ${address}, as the settings say.` };
    if (config.publicAddresses.length > 0)
      return { address: null, reason: `the settings name no IPv${family} address.` };
    return told(await findPublicAddress(family, { outbound, sources, signal }));
  }

  return {
    open: parts.open,
    resolver: () => resolver,
    async publicAddress(family, signal) {
      const now = clock.now().getTime();
      const known = found.get(family);
      if (known !== undefined && Math.abs(now - known.at) < believedMs) return await known.address;
      const address = find(family, signal);
      found.set(family, { at: now, address });
      address.catch(() => found.delete(family));
      return await address;
    },
  };
}

function told({ family, state, address, answers }: PublicAddress): FoundAddress {
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
        reason: `${address ?? ''} is not a public address; your provider shares one among several homes, or a network lies in between.`,
      };
    default:
      return state satisfies never;
  }
}

function sourceOf(text: string): AddressSource {
  return { family: text.startsWith('6') ? 6 : 4, url: text.slice(2) };
}
