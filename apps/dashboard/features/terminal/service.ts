import type { Actor } from '@nebula/auth';
import type { Clock } from '@nebula/clock';
import { newId } from '@nebula/db';
import type { Docker, GrantWord } from '@nebula/docker';
import { AppError, DriverError } from '@nebula/errors';
import type { Context, SocketEnd } from '@nebula/runtime';
import { maskArguments } from '../containers/index.ts';
import { type NewTerminal, terminal, type TerminalInput, type TerminalOutput } from './contract.ts';
import { runSession } from './session.ts';

interface Deps {
  docker: Docker;
  clock: Clock;
  idleMinutes: number;
}

interface Ticket {
  request: NewTerminal;
  word: GrantWord | null;
  owner: string;
  target: { type: string; id: string; name: string };
  until: number;
}

const ticketMs = 60_000;
const mostOpen = 32;
const mostPerCaller = 8;

/** The verbs of terminals; see README. */
export function createTerminals({ docker, clock, idleMinutes }: Deps) {
  const tickets = new Map<string, Ticket>();
  const open = new Map<string, string>();

  function refuseTooMany(owner: string): void {
    const own = [...open.values()].filter((other) => other === owner).length;
    if (own < mostPerCaller && open.size < mostOpen) return;
    throw new AppError('TOO_MANY_TERMINALS', 'Too many terminals are open; close one of them first.');
  }

  return {
    /** Checks and audits; what starts is decided here, not by whoever attaches. */
    async open(context: Context, request: NewTerminal): Promise<{ id: string }> {
      const owner = ownerOf(context.actor);
      refuseTooMany(owner);
      const found = await asking(docker.inspect(request.containerId, context.signal));
      if (found === null) throw new AppError('NOT_FOUND', 'There is no such container any more.');
      const target = { type: 'container', id: found.id, name: found.name };
      const isElevated = request.isElevated || request.user !== null;
      const id = newId();
      await context.write(terminal.actions[isElevated ? 'elevate' : 'open'], target, async (change) => {
        if (found.state !== 'running')
          throw new AppError('NOT_RUNNING', `${found.name} does not run, so nothing can be started in it.`);
        const { command, user } = request;
        change.record({ after: { terminal: id, argv: maskArguments(command ?? ['bash or sh']), user } });
      });
      const now = clock.now().getTime();
      for (const [old, { until }] of tickets) if (until < now) tickets.delete(old);
      const word = isElevated ? { actor: context.actor.name, reason: `a terminal in ${found.name}` } : null;
      tickets.set(id, { request, word, owner, target, until: now + ticketMs });
      return { id };
    },

    /** Carries the terminal of a ticket until it ends, and writes its end into the audit. */
    async attach(
      context: Context,
      id: string,
      socket: SocketEnd<TerminalInput, TerminalOutput>,
    ): Promise<void> {
      const ticket = tickets.get(id);
      const owner = ownerOf(context.actor);
      const isGood = ticket !== undefined && ticket.owner === owner && ticket.until >= clock.now().getTime();
      if (!isGood)
        throw new AppError('NOT_FOUND', 'This terminal was not prepared by you within the last minute.');
      // Whoever lost the role within the minute does not get what only that role may open.
      if (ticket.word !== null && !context.can('terminal:elevate'))
        throw new AppError('FORBIDDEN', 'Only an administrator may open this terminal.');
      refuseTooMany(owner);
      tickets.delete(id);
      open.set(id, owner);
      const began = clock.now().getTime();
      const { request, word, target } = ticket;
      try {
        const ended = await runSession({
          docker,
          clock,
          request,
          word,
          socket,
          idleMs: idleMinutes * 60_000,
        });
        const seconds = Math.round((clock.now().getTime() - began) / 1000);
        const { reason, exitCode, argv } = ended;
        await context.write(terminal.actions.end, target, async (change) =>
          change.record({ after: { terminal: id, argv: maskArguments(argv), seconds, reason, exitCode } }),
        );
      } finally {
        open.delete(id);
      }
    },
  };
}

/** A session and not only its person: another browser of theirs does not get what this one prepared. */
function ownerOf(actor: Actor): string {
  return actor.kind === 'user' ? `session:${actor.sessionId}` : `${actor.kind}:${actor.id}`;
}

async function asking<T>(ask: Promise<T>): Promise<T> {
  try {
    return await ask;
  } catch (error) {
    if (error instanceof DriverError && error.kind === 'unavailable')
      throw new AppError('UNAVAILABLE', error.message, { cause: error, retryAfterSeconds: 5 });
    throw error;
  }
}
