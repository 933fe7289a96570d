import type { Container } from '../contract.ts';

/** A port as it is shown. */
export interface ShownPort {
  key: string;
  text: string;
  /** Where a browser reaches it; null when it does not. */
  href: string | null;
  reach: 'outside' | 'server' | 'inside';
}

/**
 * Ports in ascending order, each once although the engine names IPv4 and IPv6 apart. A link is made for TCP ports that may
 * speak HTTP and that the machine under which the page was opened (`host`) publishes; those on loopback only when that is
 * this very machine.
 */
export function shownPorts(ports: Container['ports'], host: string): ShownPort[] {
  const shown = new Map<string, ShownPort>();
  for (const port of [...ports].sort((one, other) => one.container - other.container)) {
    const next = shownPort(port, host);
    const known = shown.get(next.key);
    if (known === undefined || (known.href === null && next.href !== null)) shown.set(next.key, next);
  }
  return [...shown.values()];
}

function shownPort(port: Container['ports'][number], host: string): ShownPort {
  const suffix = port.protocol === 'tcp' ? '' : `/${port.protocol}`;
  if (port.published === null) {
    const text = `${port.container}${suffix}`;
    return { key: text, text, href: null, reach: 'inside' };
  }
  const text =
    port.published === port.container
      ? `${port.published}${suffix}`
      : `${port.published}→${port.container}${suffix}`;
  const isLoopback = port.address !== null && /^(127\.|::1$)/.test(port.address);
  const isHere = !isLoopback || /^(localhost|127\.|\[?::1\]?$)/.test(host);
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return {
    key: text,
    text,
    href: isHere && isWeb(port) ? `${schemeOf(port)}://${name}:${port.published}/` : null,
    reach: isLoopback ? 'server' : 'outside',
  };
}

/** Ports whose services speak something else, whatever number they are published under. */
const notWeb = new Set([
  ...[21, 22, 23, 25, 53, 88, 110, 111, 119, 123, 135, 137, 139, 143, 161, 389, 445, 465, 514, 548, 587, 636],
  ...[853, 873, 989, 990, 993, 995, 1194, 1433, 1521, 1883, 2049, 2181, 3306, 3389, 4369, 5060, 5222, 5432],
  ...[5671, 5672, 5900, 6379, 6667, 8883, 9042, 9092, 11_211, 25_565, 27_017, 33_060, 51_820],
]);

function isWeb({ container, protocol }: Container['ports'][number]): boolean {
  return protocol === 'tcp' && !notWeb.has(container);
}

function schemeOf({ container }: Container['ports'][number]): 'http' | 'https' {
  return [443, 8443, 9443, 4443].includes(container) ? 'https' : 'http';
}
