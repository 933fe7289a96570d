import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning } from '../../../../launch/process-table.mjs';
import type { Installation } from '../../local/installation.ts';
import { type Check, type Finding, ok, problem, reasonOf, systemCode, unknown } from '../check.ts';
import { portOwners } from '../host-call.ts';
import { processRecords } from './data.ts';
import { judgePort } from './network.ts';

const start = 'It runs while NebulaCommand does: `npm start`.';

/** Whether the privileged process answers, and who may open its sockets. */
export const broker: Check = {
  id: 'broker',
  area: 'NebulaCommand',
  title: 'Broker',
  meaning: 'The only process with privileges: without it nothing on this machine can be managed.',
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
    if (systemCode(error) === 'ENOENT')
      return problem(`The broker does not run: there is no ${path}.`, start);
    if (systemCode(error) === 'EACCES') return unknown(`Only its owner and root may look at ${path}.`);
    throw error;
  }
}

/** Who holds the port of the server. */
export const portHolder: Check = {
  id: 'port',
  area: 'NebulaCommand',
  title: 'Port',
  meaning: 'Another program on the port of the server is what the browser would show.',
  async look({ installation, port }, signal) {
    if (installation === undefined) return unknown('Without a data directory there is no broker to ask.');
    let found: Awaited<ReturnType<typeof portOwners>>;
    try {
      found = await portOwners(hostSocket(installation), port, signal);
    } catch (error) {
      return unknown(`The broker, which knows who holds port ${port}, does not answer (${reasonOf(error)}).`);
    }
    const ours = processRecords(installation).flatMap((record) => (isRunning(record) ? [record.pid] : []));
    return judgePort({ port, owners: found.owners, isPartial: found.partial === true, ours: new Set(ours) });
  },
};

function hostSocket({ runtimeDir }: Installation): string {
  return join(runtimeDir, 'broker', 'host.sock');
}
