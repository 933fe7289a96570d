import { BlockList, isIP, isIPv6 } from 'node:net';

/** How far a call may go: public addresses only, those of the home network too, or this machine itself too. */
export type Reach = 'public' | 'home' | 'machine';

/** What kind of place an address is; `never` is reached by nobody. */
export type Place = Reach | 'never';

/**
 * Says what kind of place an IP address is, after the registries of special-purpose addresses (RFC 6890 and its updates).
 * Forms of IPv6 that carry an IPv4 address are judged by that address.
 */
export function placeOf(address: string): Place {
  const family = isIP(address);
  if (family === 0) return 'never';
  const inner = isIPv6(address) ? innerIpv4(address) : null;
  if (inner !== null) return placeOf(inner);
  const kind = family === 6 ? 'ipv6' : 'ipv4';
  if (never.check(address, kind)) return 'never';
  if (machine.check(address, kind)) return 'machine';
  if (home.check(address, kind)) return 'home';
  return 'public';
}

/** Whether a call of this reach may go to that place. */
export function isWithin(reach: Reach, place: Place): boolean {
  if (place === 'never') return false;
  const order: Reach[] = ['public', 'home', 'machine'];
  return order.indexOf(place) <= order.indexOf(reach);
}

/** The IPv4 address in a mapped (::ffff:0:0/96), translated (64:ff9b::/96) or 6to4 (2002::/16) address. */
function innerIpv4(address: string): string | null {
  const groups = groupsOf(address);
  const [first = 0, second = 0, third = 0] = groups;
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  const isTranslated =
    first === 0x64 && second === 0xff9b && groups.slice(2, 6).every((group) => group === 0);
  if (isMapped || isTranslated) return dotted(groups[6] ?? 0, groups[7] ?? 0);
  return first === 0x2002 ? dotted(second, third) : null;
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

function groupsOf(address: string): number[] {
  // The URL parser writes every spelling of an IPv6 address in one way, with hexadecimal groups only.
  const plain = new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1);
  const [head = '', tail] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array<string>(zeros).fill('0'), ...right].map((group) => Number.parseInt(group, 16));
}

const never = subnets(
  ['0.0.0.0/8', '169.254.0.0/16', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '198.18.0.0/15'],
  ['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
  ['::/128', '100::/64', '2001::/23', '2001:db8::/32', '3fff::/20', '5f00::/16', 'fe80::/10', 'ff00::/8'],
  ['64:ff9b:1::/48'],
);
const machine = subnets(['127.0.0.0/8', '::1/128']);
const home = subnets(['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']);

function subnets(...lists: string[][]): BlockList {
  const list = new BlockList();
  for (const subnet of lists.flat()) {
    const [net = '', length = ''] = subnet.split('/');
    list.addSubnet(net, Number(length), isIPv6(net) ? 'ipv6' : 'ipv4');
  }
  return list;
}
