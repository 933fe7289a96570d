import { readFile } from 'node:fs/promises';
import { type Check, type Finding, ok, problem, reasonOf, systemCode, unknown, warning } from '../check.ts';
import {
  askEngine,
  type EngineContainer,
  engineContainers,
  EngineInfo,
  EngineSilent,
  EngineVersion,
  nameOf,
} from '../engine-facts.ts';
import { isLoopbackAddress, listenAddresses } from '../listeners.ts';

/** The oldest version of the Docker Engine API that the product is written for. */
const oldestApi = [1, 41] as const;

/** The engine as the server sees it: through the broker, or directly while that does not run. */
export const docker: Check = {
  id: 'docker',
  area: 'Docker',
  title: 'Docker',
  meaning: 'Without an engine that answers there are no containers to show or to manage.',
  async look(subject, signal) {
    try {
      const { value, isThroughBroker } = await askEngine(subject, '/version', EngineVersion, signal);
      return judgeVersion(value, isThroughBroker);
    } catch (error) {
      const cause = error instanceof EngineSilent ? error.cause : error;
      return judgeSilence(systemCode(cause), reasonOf(cause), subject.engine);
    }
  },
};

/** The verdict on the versions of an engine that answered. */
export function judgeVersion({ Version, ApiVersion }: EngineVersion, isThroughBroker: boolean): Finding {
  const [major = 0, minor = 0] = ApiVersion.split('.').map(Number);
  const isNew = major > oldestApi[0] || (major === oldestApi[0] && minor >= oldestApi[1]);
  if (!isNew) {
    return problem(
      `Docker ${Version} speaks API ${ApiVersion}.`,
      'Install Docker 20.10 or newer (API 1.41).',
    );
  }
  const how = isThroughBroker ? 'through the broker' : 'itself, but not through the broker';
  return ok(`Docker ${Version} (API ${ApiVersion}) answers ${how}.`);
}

/** The verdict on an engine that did not answer. */
export function judgeSilence(code: string, reason: string, socket: string): Finding {
  if (code === 'ENOENT') {
    return problem(
      `There is no engine at ${socket}.`,
      'Install Docker, or start it: `systemctl start docker`. Elsewhere? Start NebulaCommand with --engine.',
    );
  }
  if (code === 'EACCES') {
    return unknown(
      `You may not open ${socket}.`,
      'Run this as root, or join the group docker (which equals being root).',
    );
  }
  return problem(
    `The engine at ${socket} does not answer (${reason}).`,
    'Start it: `systemctl start docker`; its log: `journalctl -u docker`.',
  );
}

/** How the engine stores and confines containers. */
export const engineSetup: Check = {
  id: 'engine',
  area: 'Docker',
  title: 'Engine',
  meaning:
    'Some storage drivers lose speed or data, and without cgroup v2 limits and figures are incomplete.',
  async look(subject, signal) {
    const { value } = await askEngine(subject, '/info', EngineInfo, signal);
    return judgeSetup(value);
  },
};

/** The verdict on what the engine says of itself. */
export function judgeSetup({ Driver, CgroupVersion, SecurityOptions }: EngineInfo): Finding {
  const isRootless = (SecurityOptions ?? []).some((option) => option.startsWith('name=rootless'));
  const detail = `Storage driver ${Driver || '?'}, cgroup v${CgroupVersion}, ${isRootless ? 'rootless' : 'run by root'}.`;
  if (['aufs', 'devicemapper', 'overlay', 'vfs'].includes(Driver)) {
    return warning(
      detail,
      `${Driver} is slow or gone from newer engines: move to overlay2 ("storage-driver" in /etc/docker/daemon.json; images are pulled again).`,
    );
  }
  if (CgroupVersion === '1') {
    return warning(
      detail,
      'Start the kernel with `systemd.unified_cgroup_hierarchy=1`, or upgrade to a system that has cgroup v2.',
    );
  }
  return ok(detail);
}

/** Containers that every network reaches, and whether a firewall would stop that. */
export const published: Check = {
  id: 'published',
  area: 'Docker',
  title: 'Published ports',
  meaning: 'A port that is published on all addresses is open to every network this machine is in.',
  async look(subject, signal) {
    return judgePublished(await engineContainers(subject, signal), await hasFirewall());
  },
};

/** The verdict on what containers publish; `hasUfw` when the firewall of Ubuntu is on. */
export function judgePublished(containers: EngineContainer[], hasUfw: boolean): Finding {
  const open = containers.flatMap((container) => {
    const ports = (container.Ports ?? []).flatMap(({ IP, PublicPort }) =>
      PublicPort !== undefined && (IP === '0.0.0.0' || IP === '::') ? [PublicPort] : [],
    );
    return ports.length === 0 ? [] : [`${nameOf(container)} (${[...new Set(ports)].join(', ')})`];
  });
  if (open.length === 0) return ok('No container publishes a port on all addresses.');
  const shown = `${open.slice(0, 8).join(', ')}${open.length > 8 ? `, and ${open.length - 8} more` : ''}`;
  const ufw = hasUfw ? ' ufw does not stop them: the rules of Docker come before its own.' : '';
  return warning(
    `Open to every network: ${shown}.${ufw}`,
    'Publish on one address what only this machine needs: `-p 127.0.0.1:5432:5432`, in compose `127.0.0.1:5432:5432`.',
  );
}

async function hasFirewall(): Promise<boolean> {
  try {
    return /^ENABLED=yes$/m.test(await readFile('/etc/ufw/ufw.conf', 'utf8'));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Containers that hold the engine's socket. */
export const engineMounts: Check = {
  id: 'engine-mounts',
  area: 'Docker',
  title: 'Engine in containers',
  meaning: 'Whoever takes over a container that holds the socket of the engine has the whole machine.',
  async look(subject, signal) {
    return judgeMounts(await engineContainers(subject, signal));
  },
};

/** The verdict on what containers have mounted. */
export function judgeMounts(containers: EngineContainer[]): Finding {
  const holders = containers.filter(({ Mounts }) =>
    (Mounts ?? []).some(({ Source = '' }) => /(^|\/)(docker|podman)\.sock$|^(\/var)?\/run$/.test(Source)),
  );
  if (holders.length === 0) return ok('No container holds the socket of the engine.');
  return warning(
    `These hold the socket of the engine: ${holders.map(nameOf).join(', ')}.`,
    'Remove the mount, or put a filtering proxy between (read-only does not help: it is a socket).',
  );
}

/** Whether the engine listens on the network. */
export const engineTcp: Check = {
  id: 'engine-tcp',
  area: 'Docker',
  title: 'Engine on the network',
  meaning: 'The API of the engine without TLS gives the machine to whoever reaches its port.',
  async look() {
    return judgeTcp(await listenAddresses(2375));
  },
};

/** The verdict on the addresses that listen on 2375, the engine's port without TLS. */
export function judgeTcp(addresses: string[]): Finding {
  const next =
    'Remove `tcp://` from "hosts" in /etc/docker/daemon.json or from the unit, and restart Docker.';
  if (addresses.length === 0) return ok('Nothing listens on port 2375.');
  if (addresses.every(isLoopbackAddress)) {
    return warning('Port 2375 is open to every program of this machine.', next);
  }
  return problem(`Port 2375 is open to the network (${addresses.join(', ')}).`, next);
}
