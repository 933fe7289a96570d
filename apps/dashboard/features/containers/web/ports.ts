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
 * Ports in ascending order, each once although the engine names IPv4 and IPv6 apart. A link is made for TCP ports that the
 * machine under which the page was opened (`host`) publishes; those on loopback only when that is this very machine.
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
    href: isHere && port.protocol === 'tcp' ? `http://${name}:${port.published}/` : null,
    reach: isLoopback ? 'server' : 'outside',
  };
}
