import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { request as plain } from 'node:http';
import { request as encrypted } from 'node:https';
import { connect } from 'node:tls';
import { isRunning } from '../../../../launch/process-table.mjs';
import { authorityOf, type Installation } from '../../local/installation.ts';
import { type Check, type Finding, problem, ok, systemCode, unknown, warning } from '../check.ts';
import { isLoopbackAddress, listenAddresses } from '../listeners.ts';
import { processRecords } from './data.ts';

/** Whether the server says that it is well, at the address its launcher gave. */
export const health: Check = {
  id: 'server',
  title: 'Server',
  async look({ url, installation }, signal) {
    const authority = installation === undefined ? undefined : authorityOf(installation);
    try {
      const { status, text } = await get(`${url}/api/health`, authority, signal);
      if (status === 200 && text === '{"ok":true}') return ok(`It answers at ${url}.`);
      return problem(
        `${url} answers ${status}, which is not NebulaCommand's answer.`,
        'Another program may hold the port.',
      );
    } catch (error) {
      const reason = systemCode(error) || (error instanceof Error ? error.message : String(error));
      return problem(
        `Nothing answers at ${url} (${reason}).`,
        'Start NebulaCommand (`npm start`); its log says why if it does not.',
      );
    }
  },
};

function get(
  url: string,
  authority: string | undefined,
  signal: AbortSignal,
): Promise<{ status: number; text: string }> {
  const request = url.startsWith('https:') ? encrypted : plain;
  const ca = authority === undefined ? {} : { ca: readFileSync(authority) };
  return new Promise((resolve, reject) => {
    const call = request(url, { signal, agent: false, ...ca }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => {
        if (text.length < 65_536) text += part;
      });
      answer.on('error', reject);
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    call.on('error', reject);
    call.end();
  });
}

/** Whether other machines can reach the server, and if so only by TLS. */
export const exposure: Check = {
  id: 'exposure',
  title: 'Exposure',
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
function speaksTls(port: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
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

/** As whom the server runs; never as root. */
export const serverUser: Check = {
  id: 'user',
  title: 'User of the server',
  async look({ installation }) {
    if (installation === undefined) return unknown('There is no data directory.');
    const server = processRecords(installation).find(
      (record) => record.name === 'server' && isRunning(record),
    );
    const { uid } = installation.owner;
    if (server === undefined) {
      if (uid === 0)
        return problem(
          'The data belongs to root, so the server would have to be root.',
          'Start NebulaCommand once.',
        );
      return unknown(`No launcher says which process is the server; its data belongs to user ${uid}.`);
    }
    const status = await readFile(`/proc/${server.pid}/status`, 'utf8');
    const [, ...uids] = /^Uid:\s+(\d+)\s+(\d+)\s+(\d+)/m.exec(status) ?? [];
    if (uids.length === 0) return unknown(`The kernel does not say as whom process ${server.pid} runs.`);
    if (uids.includes('0'))
      return problem(`The server (pid ${server.pid}) runs as root.`, 'Stop it and start it with `npm start`.');
    if (uids.some((one) => one !== String(uid))) {
      return problem(
        `The server runs as user ${uids[0]}, but its data belongs to ${uid}.`,
        'Stop it and start it again.',
      );
    }
    return ok(`The server (pid ${server.pid}) runs as user ${uid}, without the rights of root.`);
  },
};

/** Groups of the server's user that are as good as root. */
export const strongGroups: Check = {
  id: 'groups',
  title: 'Groups of the server',
  async look({ installation }) {
    const uid = installation?.owner.uid ?? process.geteuid?.() ?? 0;
    if (uid === 0) return unknown('The server has no user of its own yet.');
    const strong = (await groupsOf(uid, installation)).filter((name) =>
      ['docker', 'root', 'sudo', 'wheel', 'lxd', 'disk'].includes(name),
    );
    if (strong.length === 0) return ok(`User ${uid} is in no group that equals root.`);
    return warning(
      `User ${uid} is in ${strong.join(', ')}, which equals root: who takes over the server has the machine.`,
      'Started as root, NebulaCommand gives the server a user without such groups.',
    );
  },
};

/** Names of the groups of a user, from the databases of the machine (passwd(5), group(5)). */
async function groupsOf(uid: number, installation: Installation | undefined): Promise<string[]> {
  const fields = async (path: string) =>
    (await readFile(path, 'utf8')).split('\n').map((line) => line.split(':'));
  const name = (await fields('/etc/passwd')).find(([, , id]) => id === String(uid))?.[0];
  const gid = String(installation?.owner.gid ?? '');
  const own = uid === process.geteuid?.() ? (process.getgroups?.() ?? []).map(String) : [];
  return (await fields('/etc/group')).flatMap(([group = '', , id = '', members = '']) => {
    const isMember = name !== undefined && members.split(',').includes(name);
    return isMember || id === gid || own.includes(id) ? [group] : [];
  });
}
