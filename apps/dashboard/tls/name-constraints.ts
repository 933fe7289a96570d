import { BlockList, isIP } from 'node:net';

/**
 * Address ranges that our authority may vouch for: loopback, private (RFC 1918, RFC 4193), link-local and shared
 * (RFC 6598, which home VPNs use).
 */
const ranges: [network: string, prefix: number][] = [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
];

/** Domains whose names exist only inside a home (RFC 6762, RFC 8375) or on the machine itself. */
const domains = ['localhost', 'local', 'home.arpa'];

/**
 * Top-level domains of the internet that people also name machines after. A constraint covers all names below it,
 * so an authority for a machine called `dev` could speak for every site under `.dev`.
 */
const topLevelDomains = new Set(
  (
    'academy agency app arpa art band bar biz blog boo box build business buzz cafe cam camera camp cat center ' +
    'city click cloud club codes coffee com community company computer cool data day design dev digital direct ' +
    'domains email energy engineer events farm fun fyi games garden global group guru haus help host hosting house ' +
    'icu info ink kitchen land life link live lol love mail media meme moe mom monster name net network new ninja ' +
    'now one onl online org page phone photos pink pizza place plus pro pub red rocks room run school search sex ' +
    'show site smart social software solar space spot store stream studio support systems team tech tools top tube ' +
    'video vip watch web website wiki work world wtf xyz you zip zone'
  ).split(' '),
);

const homeRanges = new BlockList();
for (const [network, prefix] of ranges) {
  homeRanges.addSubnet(network, prefix, isIP(network) === 6 ? 'ipv6' : 'ipv4');
}

/** Object identifier of the name constraints extension (RFC 5280 §4.2.1.10). */
export const nameConstraintsOid = '2.5.29.30';

/** Whether an IP address lies in a range that only a home network uses. */
export function isHomeAddress(address: string): boolean {
  const version = isIP(address);
  return version !== 0 && homeRanges.check(address, version === 6 ? 'ipv6' : 'ipv4');
}

/** Whether a name without a dot is, or may become, a top-level domain: two letters belong to countries. */
export function isTopLevelDomain(name: string): boolean {
  return /^[a-z]{2}$/.test(name) || topLevelDomains.has(name);
}

/**
 * Whether an authority may vouch for a name or address.
 *
 * @param name DNS name in lower case, or an IP address
 * @param constraints DER value that {@link encodeNameConstraints} made for this authority
 */
export function isPermitted(name: string, constraints: Uint8Array): boolean {
  if (isIP(name) !== 0) return isHomeAddress(name);
  const labels = name.split('.');
  const suffixes = labels.map((_, index) => labels.slice(index).join('.'));
  return suffixes.some((suffix) => Buffer.from(constraints).includes(domainSubtree(suffix)));
}

/**
 * DER value of the extension that limits an authority to the machine's names, home domains and home ranges, so
 * that a stolen key cannot speak for any site on the internet (RFC 5280 §4.2.1.10).
 */
export function encodeNameConstraints(hostNames: readonly string[]): Uint8Array<ArrayBuffer> {
  const names = [...new Set([...domains, ...hostNames])].map(domainSubtree);
  const addresses = ranges.map(([network, prefix]) =>
    tagged(0x30, tagged(0x87, networkAndMask(network, prefix))),
  );
  return Uint8Array.from(tagged(0x30, tagged(0xa0, Buffer.concat([...names, ...addresses]))));
}

/** One permitted domain as `GeneralSubtree` with a `dNSName`. */
function domainSubtree(domain: string): Buffer {
  return tagged(0x30, tagged(0x82, Buffer.from(domain, 'ascii')));
}

function networkAndMask(network: string, prefix: number): Buffer {
  const bytes = addressBytes(network);
  const mask = bytes.map((_, index) => 0xff00 >> Math.min(8, Math.max(0, prefix - 8 * index)));
  return Buffer.concat([bytes, mask]);
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  // Only `::` forms with at most one group on either side stand in the table above.
  const [head = '', tail = ''] = address.split('::');
  const bytes = Buffer.alloc(16);
  if (head !== '') bytes.writeUInt16BE(Number.parseInt(head, 16), 0);
  if (tail !== '') bytes.writeUInt16BE(Number.parseInt(tail, 16), 14);
  return bytes;
}

/** One DER element with a definite length below 64 KiB (X.690 §8.1). */
function tagged(tag: number, content: Uint8Array): Buffer {
  const { length } = content;
  const head =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), content]);
}
