import { readFile } from 'node:fs/promises';
import { isRunning } from '../../../../launch/process-table.mjs';
import type { Installation } from '../../local/installation.ts';
import { type Check, type Finding, ok, problem, unknown, warning } from '../check.ts';
import { processRecords } from './data.ts';

/** As whom the server runs; never as root. */
export const serverUser: Check = {
  id: 'user',
  area: 'Rights',
  title: 'User of the server',
  meaning: 'A fault in a server that runs as root gives the machine away.',
  async look({ installation }) {
    if (installation === undefined) return unknown('There is no data directory.');
    const server = processRecords(installation).find(
      (record) => record.name === 'server' && isRunning(record),
    );
    const owner = installation.owner.uid;
    if (server === undefined) return judgeStoppedServer(owner);
    const status = await readFile(`/proc/${server.pid}/status`, 'utf8');
    const [, ...uids] = /^Uid:\s+(\d+)\s+(\d+)\s+(\d+)/m.exec(status) ?? [];
    return judgeServerUser({ pid: server.pid, uids: uids.map(Number), owner });
  },
};

/** The verdict on a server that does not run, whose data belongs to `owner`. */
export function judgeStoppedServer(owner: number): Finding {
  if (owner !== 0) {
    return unknown(`No launcher says which process is the server; its data belongs to user ${owner}.`);
  }
  return problem(
    'The data belongs to root, so the server would have to be root.',
    'Start NebulaCommand once: it gives the data to its service user.',
  );
}

/** The verdict on a running server with these real, effective and saved user ids. */
export function judgeServerUser(server: { pid: number; uids: number[]; owner: number }): Finding {
  const { pid, uids, owner } = server;
  if (uids.length === 0) return unknown(`The kernel does not say as whom process ${pid} runs.`);
  if (uids.includes(0)) {
    return problem(`The server (pid ${pid}) runs as root.`, 'Stop it and start it with `npm start`.');
  }
  if (uids.some((uid) => uid !== owner)) {
    return problem(
      `The server runs as user ${uids[0]}, but its data belongs to ${owner}.`,
      'Stop it and start it again.',
    );
  }
  return ok(`The server (pid ${pid}) runs as user ${owner}, without the rights of root.`);
}

/** Groups of the server's user that are as good as root. */
export const strongGroups: Check = {
  id: 'groups',
  area: 'Rights',
  title: 'Groups of the server',
  meaning: 'Some groups equal root, whatever the name of the user.',
  async look({ installation }) {
    const uid = installation?.owner.uid ?? process.geteuid?.() ?? 0;
    if (uid === 0) return unknown('The server has no user of its own yet.');
    return judgeGroups(uid, await groupsOf(uid, installation));
  },
};

/** The verdict on the groups of the server's user. */
export function judgeGroups(uid: number, groups: string[]): Finding {
  const strong = groups.filter((name) => ['docker', 'root', 'sudo', 'wheel', 'lxd', 'disk'].includes(name));
  if (strong.length === 0) return ok(`User ${uid} is in no group that equals root.`);
  return warning(
    `User ${uid} is in ${strong.join(', ')}, which equals root: who takes over the server has the machine.`,
    'Started as root, NebulaCommand gives the server a user without such groups.',
  );
}

/** Who is in the group docker. */
export const dockerGroup: Check = {
  id: 'docker-group',
  area: 'Rights',
  title: 'Group docker',
  meaning: 'Members may start containers as root with the whole disk mounted, so each of them is root.',
  async look() {
    const entries = await entriesOf('/etc/group');
    const group = entries.find(([name]) => name === 'docker');
    if (group === undefined) return judgeDockerGroup(null);
    const [, , gid = '', listed = ''] = group;
    const primary = (await entriesOf('/etc/passwd')).flatMap(([name = '', , , id]) =>
      id === gid ? [name] : [],
    );
    return judgeDockerGroup([...new Set([...listed.split(','), ...primary])].filter((name) => name !== ''));
  },
};

/** The verdict on the members of the group docker; null when there is no such group. */
export function judgeDockerGroup(members: string[] | null): Finding {
  if (members === null) return ok('There is no such group.');
  if (members.length === 0) return ok('Nobody is in it.');
  return warning(
    `In it: ${members.join(', ')}.`,
    `Take out who need not be root here: \`gpasswd -d ${members[0]} docker\`.`,
  );
}

/** Names of the groups of a user, from the databases of the machine (passwd(5), group(5)). */
async function groupsOf(uid: number, installation: Installation | undefined): Promise<string[]> {
  const name = (await entriesOf('/etc/passwd')).find(([, , id]) => id === String(uid))?.[0];
  const gid = String(installation?.owner.gid ?? '');
  const own = uid === process.geteuid?.() ? (process.getgroups?.() ?? []).map(String) : [];
  return (await entriesOf('/etc/group')).flatMap(([group = '', , id = '', members = '']) => {
    const isMember = name !== undefined && members.split(',').includes(name);
    return isMember || id === gid || own.includes(id) ? [group] : [];
  });
}

async function entriesOf(path: string): Promise<string[][]> {
  return (await readFile(path, 'utf8')).split('\n').map((line) => line.split(':'));
}
