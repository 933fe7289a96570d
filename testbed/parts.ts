import { existsSync } from 'node:fs';
import { findProgram } from './run.ts';

/**
 * A program the tests use: names it goes by, and the packages that carry it, first available wins. What a package carries
 * besides programs is known by a file.
 */
export interface Binary {
  names: readonly string[];
  file?: string;
  packages: readonly string[];
}

/** A real part that tests run against. */
export interface Part {
  id: PartId;
  /** What the part is for, in words for the person who is asked. */
  what: string;
  binaries: readonly Binary[];
  /** End of the names of the test files that need it. */
  neededBy: readonly string[];
}

export type PartId = 'engine' | 'registry' | 'systemd' | 'chromium' | 'powerdns' | 'caddy' | 'pebble';

/** Tables of PowerDNS for SQLite, which come with the backend. */
export const powerDnsSchema = '/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql';

/** Every part that may be installed; static busybox and compose are unpacked, never installed. */
export const parts: readonly Part[] = [
  {
    id: 'engine',
    what: 'a Docker engine with its own socket, data and network, for tests only',
    neededBy: ['.integration.test.ts', '.e2e.ts'],
    binaries: [
      { names: ['dockerd'], packages: ['docker.io'] },
      { names: ['docker'], packages: ['docker-cli', 'docker.io'] },
      { names: ['containerd'], packages: ['containerd'] },
      { names: ['runc'], packages: ['runc'] },
      { names: ['iptables-legacy'], packages: ['iptables'] },
      { names: ['ip'], packages: ['iproute2'] },
      { names: ['unshare'], packages: ['util-linux'] },
      { names: ['nsenter'], packages: ['util-linux'] },
      { names: ['mount'], packages: ['mount'] },
    ],
  },
  {
    id: 'registry',
    what: 'a Docker registry on a socket, for tests of pulls',
    neededBy: ['.registry.integration.test.ts'],
    binaries: [
      { names: ['docker-registry'], packages: ['docker-registry'] },
      { names: ['setpriv'], packages: ['util-linux'] },
    ],
  },
  {
    id: 'systemd',
    what: 'systemd, as first process of namespaces of its own',
    neededBy: ['.systemd.integration.test.ts'],
    binaries: [
      { names: ['systemctl', 'journalctl'], packages: ['systemd'] },
      { names: ['setpriv'], packages: ['util-linux'] },
    ],
  },
  {
    id: 'chromium',
    what: 'the browser of the end-to-end tests',
    neededBy: ['.e2e.ts'],
    binaries: [
      {
        names: ['chromium', 'google-chrome-stable', 'google-chrome', 'chromium-browser'],
        packages: ['chromium'],
      },
    ],
  },
  {
    id: 'caddy',
    what: 'the reverse proxy, with its admin API on a unix socket',
    neededBy: ['.integration.test.ts', '.e2e.ts'],
    binaries: [{ names: ['caddy'], packages: ['caddy'] }],
  },
  {
    id: 'pebble',
    what: 'an ACME server that issues certificates on this machine only',
    neededBy: ['.integration.test.ts', '.e2e.ts'],
    binaries: [{ names: ['pebble'], packages: ['pebble'] }],
  },
  {
    id: 'powerdns',
    what: 'an authoritative DNS server on loopback, with its HTTP API and dynamic updates',
    neededBy: ['.integration.test.ts', '.e2e.ts'],
    binaries: [
      { names: ['pdns_server'], packages: ['pdns-server'] },
      { names: ['setpriv'], packages: ['util-linux'] },
      { names: ['pdns-backend-sqlite3'], file: powerDnsSchema, packages: ['pdns-backend-sqlite3'] },
    ],
  },
];

/** The parts that test files with these names need. */
export function partsFor(files: readonly string[]): Part[] {
  return parts.filter((part) => part.neededBy.some((end) => files.some((file) => file.endsWith(end))));
}

/** The binaries of the parts that this machine lacks. */
export function missingBinaries(
  wanted: readonly Part[],
  find: (name: string) => string | null = findProgram,
): Binary[] {
  return wanted
    .flatMap((part) => part.binaries)
    .filter(({ names, file }) =>
      file === undefined ? names.every((name) => find(name) === null) : !existsSync(file),
    );
}
