import { accessSync, constants, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning } from '../../../../launch/process-table.mjs';
import type { Installation } from '../../local/installation.ts';
import { type Check, type Finding, problem, ok, systemCode, unknown, warning } from '../check.ts';
import { portOwners } from '../host-call.ts';
import { processRecords } from './data.ts';

const start = 'It runs while NebulaCommand does: `npm start`.';

/** Whether the privileged process answers, and who may open its sockets. */
export const broker: Check = {
  id: 'broker',
  title: 'Broker',
  async look({ installation, port }, signal) {
    if (installation === undefined)
      return unknown('There is no data directory, so its sockets are not known.');
    for (const name of ['docker.sock', 'host.sock']) {
      const problem = socketProblem(join(installation.runtimeDir, 'broker', name), installation);
      if (problem !== undefined) return problem;
    }
    const socket = hostSocket(installation);
    try {
      await portOwners(socket, port, signal);
    } catch (error) {
      return problem(`The broker does not answer at ${socket}: ${reasonOf(error)}.`, start);
    }
    return ok(`It answers at ${socket}; nobody but its owner and group may open its sockets.`);
  },
};

function socketProblem(path: string, { owner, isRootMode }: Installation): Finding | undefined {
  try {
    const found = lstatSync(path);
    if (!found.isSocket())
      return problem(`${path} is not a socket.`, 'Remove it and start NebulaCommand again.');
    const isOpen = (found.mode & 0o007) !== 0 || ((found.mode & 0o070) !== 0 && found.gid !== owner.gid);
    if (isOpen || found.uid !== (isRootMode ? 0 : owner.uid)) {
      const mode = (found.mode & 0o777).toString(8);
      return problem(
        `${path} has mode ${mode}, user ${found.uid} and group ${found.gid}.`,
        'Start NebulaCommand again.',
      );
    }
    return undefined;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return problem(`The broker does not run: there is no ${path}.`, start);
    if (systemCode(error) === 'EACCES') return unknown(`Only its owner and root may look at ${path}.`);
    throw error;
  }
}

/** The oldest version of the Docker Engine API that the product is written for. */
const oldestApi = [1, 41] as const;

/** The engine as the server sees it: through the broker. */
export const docker: Check = {
  id: 'docker',
  title: 'Docker',
  async look({ installation, port }, signal) {
    if (installation === undefined) return unknown('Without a data directory there is no broker to ask.');
    try {
      await portOwners(hostSocket(installation), port, signal);
    } catch (error) {
      return unknown(
        `Docker is asked through the broker, which does not answer (${reasonOf(error)}).`,
        engineHint(),
      );
    }
    const { openEngine } = await import('@nebula/docker');
    using engine = openEngine(join(installation.runtimeDir, 'broker', 'docker.sock'));
    try {
      const { version, apiVersion } = await engine.version(signal);
      const [major = 0, minor = 0] = apiVersion.split('.').map(Number);
      const isNew = major > oldestApi[0] || (major === oldestApi[0] && minor >= oldestApi[1]);
      if (!isNew)
        return problem(
          `Docker ${version} speaks API ${apiVersion}.`,
          'Install Docker 20.10 or newer (API 1.41).',
        );
      return ok(`Docker ${version} (API ${apiVersion}) answers through the broker.`);
    } catch (error) {
      return problem(`The broker answers, but Docker does not: ${reasonOf(error)}.`, engineHint());
    }
  },
};

/** What is to be done about the engine, from its usual socket. */
function engineHint(): string {
  const usual = '/var/run/docker.sock';
  try {
    accessSync(usual, constants.R_OK | constants.W_OK);
    return `${usual} is there: if the engine does not answer, start it (\`systemctl start docker\`).`;
  } catch (error) {
    if (systemCode(error) === 'ENOENT')
      return `There is no ${usual}: install Docker, or start it (\`systemctl start docker\`).`;
    return `You may not open ${usual}: start NebulaCommand as root, or join the group docker (which equals being root).`;
  }
}

/** Who holds the port of the server. */
export const portHolder: Check = {
  id: 'port',
  title: 'Port',
  async look({ installation, port }, signal) {
    if (installation === undefined) return unknown('Without a data directory there is no broker to ask.');
    let found: Awaited<ReturnType<typeof portOwners>>;
    try {
      found = await portOwners(hostSocket(installation), port, signal);
    } catch (error) {
      return unknown(`The broker, which knows who holds port ${port}, does not answer (${reasonOf(error)}).`);
    }
    const { owners, partial } = found;
    if (owners.length === 0) {
      if (partial === true) return unknown(`Somebody holds port ${port}, but the broker may not see who.`);
      return warning(`Nobody listens on port ${port}.`, 'Is the server started? Its log says why not.');
    }
    const ours = new Set(
      processRecords(installation).flatMap((record) => (isRunning(record) ? [record.pid] : [])),
    );
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
  },
};

function hostSocket({ runtimeDir }: Installation): string {
  return join(runtimeDir, 'broker', 'host.sock');
}

function reasonOf(error: unknown): string {
  return systemCode(error) || (error instanceof Error ? error.message.replace(/\.$/, '') : String(error));
}
