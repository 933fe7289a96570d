import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { DriverError } from '@nebula/errors';
import { z } from 'zod';
import type { ExecRequest, ExecStream } from '../../exec.ts';
import type { SignGrant } from '../../index.ts';
import type { EngineHttp } from './http.ts';

type PathOf = (rest: string, signal?: AbortSignal) => Promise<string>;

const Created = z.object({ Id: z.string() });
const Inspected = z.object({ Running: z.boolean(), ExitCode: z.number().nullish() });

/** What a guard asks for when somebody acts as another user, or in a container with more power than usual. */
const liftedRules = ['exec-user', 'strong-container'] as const;

/** See the port's `exec`. */
export async function startExec(
  http: EngineHttp,
  path: PathOf,
  sign: SignGrant | undefined,
  id: string,
  request: ExecRequest,
  signal?: AbortSignal,
): Promise<ExecStream> {
  const { argv, user, columns, rows, word } = request;
  const rest = `/containers/${encodeURIComponent(id)}/exec`;
  const rules = user === null ? liftedRules.slice(1) : liftedRules;
  const headers = word === null ? undefined : sign?.({ ...word, method: 'POST', target: rest, rules });
  const created = await http.json({
    method: 'POST',
    path: await path(rest, signal),
    body: {
      ...{ AttachStdin: true, AttachStdout: true, AttachStderr: true, Tty: true, Cmd: argv },
      Env: ['TERM=xterm-256color'],
      ...(user === null ? {} : { User: user }),
      ConsoleSize: [rows, columns],
    },
    ...(headers && { headers }),
    signal,
  });
  const execId = Created.parse(created).Id;
  const socket = await http.takeOver({
    method: 'POST',
    path: await path(`/exec/${execId}/start`, signal),
    body: { Detach: false, Tty: true, ConsoleSize: [rows, columns] },
    signal,
  });
  const resize = async (newColumns: number, newRows: number): Promise<void> => {
    const rest = `/exec/${execId}/resize?h=${newRows}&w=${newColumns}`;
    await http.json({ method: 'POST', path: await path(rest) });
  };
  await sizeAtStart(() => resize(columns, rows), signal);
  return {
    output: socket,
    async write(bytes) {
      if (socket.destroyed || socket.write(bytes)) return;
      await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
    },
    resize,
    async exitCode() {
      const found = Inspected.parse(
        await http.json({ method: 'GET', path: await path(`/exec/${execId}/json`) }),
      );
      return found.Running ? null : (found.ExitCode ?? null);
    },
    close: () => void socket.destroy(),
  };
}

const sizeTries = 20;

/**
 * Engines before API 1.42 do not take a size at the start, and none takes one until the program runs. One that has ended by then,
 * or never began, needs none.
 */
async function sizeAtStart(resize: () => Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  for (let tries = 0; tries < sizeTries; tries += 1) {
    try {
      return await resize();
    } catch (error) {
      if (!(error instanceof DriverError) || error.kind === 'unavailable') throw error;
      await sleep(25, undefined, signal && { signal });
    }
  }
}
