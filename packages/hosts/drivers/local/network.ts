import type { InterfaceCounters, InterfaceKind } from '../../index.ts';
import { count } from './cpu.ts';
import type { Tree } from './tree.ts';

/** Name of the row that all links to containers share. */
export const containerLinks = 'containers';

/** Reads `/proc/net/dev` and what `/sys/class/net` says of each interface. Links to containers become one row. */
export function readInterfaces(tree: Tree): InterfaceCounters[] {
  const rows: InterfaceCounters[] = [];
  const links: InterfaceCounters[] = [];
  for (const row of parseInterfaces(tree.text('/proc/net/dev') ?? '')) {
    const kind = kindOf(row.name, tree);
    if (kind === 'containers') links.push({ ...row, kind });
    else if (kind !== null) rows.push({ ...row, kind, ...linkOf(row.name, tree) });
  }
  return links.length === 0 ? rows : [...rows, together(links)];
}

/** The counters of `/proc/net/dev` without what only `/sys` tells. */
export function parseInterfaces(text: string): InterfaceCounters[] {
  return text.split('\n').flatMap((line) => {
    // A busy old interface may have no space after the colon; the name may have colons itself (eth0:1).
    const [, name = '', figures = ''] = /^\s*(\S+):\s*(\d.*)$/.exec(line) ?? [];
    const values = figures.trim().split(/\s+/).map(count);
    if (name === '' || values.length < 12) return [];
    const [received = 0, , inErrors = 0, inDropped = 0, , , , , sent = 0, , outErrors = 0, outDropped = 0] =
      values;
    return [
      {
        name,
        kind: 'virtual' as const,
        members: 1,
        state: 'unknown' as const,
        speed: null,
        receivedBytes: received,
        sentBytes: sent,
        errors: inErrors + outErrors,
        dropped: inDropped + outDropped,
      },
    ];
  });
}

/** Null for interfaces that carry nothing of their own: a container's bridge repeats what its links say. */
function kindOf(name: string, tree: Tree): InterfaceKind | null {
  if (name === 'lo') return 'loopback';
  if (/^(?:veth|cali|lxc[0-9a-f]|cni-?veth)/.test(name)) return 'containers';
  if (/^(?:docker\d|docker_gwbridge|br-[0-9a-f]{12}$|cni\d|podman\d|lxdbr|ifb\d|dummy\d)/.test(name))
    return null;
  if (/^(?:tun|tap|wg|tailscale|ppp|zt|nordlynx)/.test(name)) return 'vpn';
  if (/^(?:br|virbr|vmbr|bond|team)/.test(name)) return 'bridge';
  const inside = tree.names(`/sys/class/net/${name}`);
  if (inside.includes('wireless') || inside.includes('phy80211') || /^wl/.test(name)) return 'wireless';
  return inside.includes('device') || /^(?:eth|en|eno|usb)/.test(name) ? 'wired' : 'virtual';
}

function linkOf(name: string, tree: Tree): Pick<InterfaceCounters, 'state' | 'speed'> {
  const word = tree.text(`/sys/class/net/${name}/operstate`)?.trim();
  const speed = Number(tree.text(`/sys/class/net/${name}/speed`)?.trim() ?? '');
  const isUp = word === 'up';
  const isDown = word === 'down' || word === 'lowerlayerdown' || word === 'notpresent' || word === 'dormant';
  // A link that is down says -1 or 65535.
  return {
    state: isUp ? 'up' : isDown ? 'down' : 'unknown',
    speed: isUp && speed > 0 && speed < 4_000_000 && speed !== 65_535 ? speed : null,
  };
}

function together(links: InterfaceCounters[]): InterfaceCounters {
  const sum = (of: (link: InterfaceCounters) => number) => links.reduce((all, link) => all + of(link), 0);
  return {
    name: containerLinks,
    kind: 'containers',
    members: links.length,
    state: 'up',
    speed: null,
    // What the machine receives from a link is what its container sent.
    receivedBytes: sum((link) => link.sentBytes),
    sentBytes: sum((link) => link.receivedBytes),
    errors: sum((link) => link.errors),
    dropped: sum((link) => link.dropped),
  };
}
