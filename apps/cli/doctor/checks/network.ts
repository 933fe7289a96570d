import { Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { type Check, type Finding, ok, problem, reasonOf, systemCode, unknown, warning } from '../check.ts';
import { type PortOwners, portOwners } from '../host-call.ts';
import { isLoopbackAddress, listenAddresses } from '../listeners.ts';

/** Facts about the resolution of names. */
export interface Names {
  /** Servers of /etc/resolv.conf; null when there is no such file. */
  servers: string[] | null;
  /** Servers behind a stub of systemd-resolved; empty when there is no stub or nobody says. */
  upstream: string[];
  /** Why the root of the domain name system could not be asked for; null when it could. */
  trouble: string | null;
}

/** Which name servers there are, and whether they answer. */
export const names: Check = {
  id: 'dns',
  area: 'Network',
  title: 'Name servers',
  meaning: 'Without names, images cannot be pulled, certificates not renewed and messages not sent.',
  async look(_subject, signal) {
    const servers = await nameServers('/etc/resolv.conf');
    const isStub = servers?.some((server) => server.startsWith('127.0.0.5')) === true;
    const upstream = isStub ? ((await nameServers('/run/systemd/resolve/resolv.conf')) ?? []) : [];
    const trouble = servers === null || servers.length === 0 ? null : await troubleOf(signal);
    return judgeNames({ servers, upstream, trouble });
  },
};

/** The verdict on the resolution of names. A machine without internet is no problem in itself. */
export function judgeNames({ servers, upstream, trouble }: Names): Finding {
  const configure =
    'Name one: `resolvectl dns` shows what is set; netplan or /etc/resolv.conf is where to set it.';
  if (servers === null) return problem('/etc/resolv.conf is missing.', configure);
  if (servers.length === 0) {
    return warning('/etc/resolv.conf names no server, so names are asked of this machine itself.', configure);
  }
  const behind = upstream.length === 0 ? '' : `, which asks ${upstream.join(', ')}`;
  const shown = `${servers.join(', ')}${behind}`;
  if (trouble === null) return ok(`${shown}: names are resolved.`);
  return warning(
    `${shown}: names are not resolved (${trouble}).`,
    'Is this machine connected? `resolvectl query ubuntu.com` says more. Without internet everything local goes on.',
  );
}

async function nameServers(path: string): Promise<string[] | null> {
  try {
    const text = await readFile(path, 'utf8');
    const found = [...text.matchAll(/^\s*nameserver\s+(\S+)/gm)].map((match) => match[1] ?? '');
    return found.filter((server) => isIP(server.replace(/%.*$/, '')) !== 0);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Asks the configured servers, and nobody else, for the servers of the root: a question that tells nothing about us. */
async function troubleOf(signal: AbortSignal): Promise<string | null> {
  const resolver = new Resolver({ timeout: 2000, tries: 1 });
  const stop = () => resolver.cancel();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await resolver.resolveNs('.');
    return null;
  } catch (error) {
    // That there are none is an answer too.
    return ['ENODATA', 'ENOTFOUND'].includes(systemCode(error)) ? null : reasonOf(error);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Who listens on a port: processes where the broker names them, else addresses only. */
export interface WebPort {
  port: number;
  owners: PortOwners['owners'];
  addresses: string[];
}

/** Who holds the ports of the web. */
export const webPorts: Check = {
  id: 'web-ports',
  area: 'Network',
  title: 'Ports 80 and 443',
  meaning: 'A proxy that serves your domains and renews their certificates needs both.',
  async look({ installation }, signal) {
    const found = await Promise.all(
      [80, 443].map(async (port) => {
        const addresses = await listenAddresses(port);
        if (installation === undefined || addresses.length === 0) return { port, owners: [], addresses };
        const socket = join(installation.runtimeDir, 'broker', 'host.sock');
        const owners = await portOwners(socket, port, signal).then(
          (answer) => answer.owners,
          // Without the broker nobody may name them; that somebody is there is known all the same.
          () => [],
        );
        return { port, owners, addresses };
      }),
    );
    return judgeWebPorts(found);
  },
};

/** Programs that pass requests on to others. */
const proxies = /^(caddy|docker-proxy|haproxy|nginx|traefik|envoy|rootlesskit)/;

/** The verdict on who holds the ports of the web. */
export function judgeWebPorts(ports: WebPort[]): Finding {
  const words = ports.map(({ port, owners, addresses }) => {
    if (addresses.length === 0) return `${port} is free`;
    const [owner] = owners;
    return owner === undefined
      ? `${port} is held by somebody (${addresses.join(', ')})`
      : `${port} is held by ${owner.command} (pid ${owner.pid})`;
  });
  const detail = `${words.join(', ')}.`;
  const strangers = ports.flatMap(({ owners }) => owners.filter(({ command }) => !proxies.test(command)));
  const [stranger] = strangers;
  if (stranger === undefined) return ok(detail);
  return warning(
    detail,
    `If domains are to be served from here, let ${stranger.command} listen elsewhere or stop it: \`systemctl status ${stranger.pid}\` says what it belongs to.`,
  );
}

/** Whether other machines can reach the server, and if so only by TLS. */
export const exposure: Check = {
  id: 'exposure',
  area: 'Network',
  title: 'Exposure',
  meaning: 'Passwords and keys that travel without TLS can be read on the way.',
  async look({ port }, signal) {
    return await judgeExposure(port, await listenAddresses(port), () => speaksTls(port, signal));
  },
};

/** The verdict on the addresses on which somebody listens on a port. */
export async function judgeExposure(
  port: number,
  addresses: string[],
  isEncrypted: () => Promise<boolean>,
): Promise<Finding> {
  if (addresses.length === 0) return ok(`Nothing listens on port ${port}, so nothing is exposed.`);
  const open = addresses.filter((address) => !isLoopbackAddress(address));
  if (open.length === 0)
    return ok(`Port ${port} can be reached from this machine only (${addresses.join(', ')}).`);
  const where = open.join(', ');
  if (await isEncrypted()) return ok(`Port ${port} can be reached at ${where} and speaks TLS.`);
  return problem(
    `Port ${port} can be reached at ${where} without TLS: passwords and keys travel in the clear.`,
    'Start with --lan, which serves https; or bind to 127.0.0.1 behind a proxy that speaks TLS.',
  );
}

/** Tries a handshake; whom the certificate names does not matter here. */
async function speaksTls(port: number, signal: AbortSignal): Promise<boolean> {
  const { connect } = await import('node:tls');
  return await new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
    const end = (speaks: boolean) => {
      socket.destroy();
      resolve(speaks);
    };
    socket.setTimeout(3000, () => end(false));
    socket.once('secureConnect', () => end(true));
    socket.once('error', () => end(false));
    signal.addEventListener('abort', () => end(false), { once: true });
  });
}

/** What is known of who holds the server's port. */
export interface PortFacts {
  port: number;
  owners: PortOwners['owners'];
  isPartial: boolean;
  /** Processes that our launcher says are ours. */
  ours: Set<number>;
}

/** The verdict on who holds the port of the server. */
export function judgePort({ port, owners, isPartial, ours }: PortFacts): Finding {
  if (owners.length === 0) {
    if (isPartial) return unknown(`Somebody holds port ${port}, but the broker may not see who.`);
    return warning(`Nobody listens on port ${port}.`, 'Is the server started? Its log says why not.');
  }
  const others = owners.filter(({ pid }) => !ours.has(pid));
  const named = (list: typeof owners) =>
    [...new Set(list.map(({ command, pid, address }) => `${command} (pid ${pid}, ${address})`))].join(', ');
  if (others.length === 0) {
    const addresses = [...new Set(owners.map(({ address }) => address))].join(', ');
    return ok(`Port ${port} is held by our server (pid ${owners[0]?.pid}, ${addresses}).`);
  }
  if (ours.size === 0)
    return unknown(`Port ${port} is held by ${named(others)}; no launcher says whether that is ours.`);
  return problem(
    `Port ${port} is held by ${named(others)}.`,
    'Stop it, or start NebulaCommand with another PORT.',
  );
}
