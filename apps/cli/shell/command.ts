import { api } from '@nebula/dashboard/contract';
import type { Command } from 'commander';
import { serverTarget } from '../contexts/target.ts';
import { exitCodes, Failure, usage } from '../failure.ts';
import { lookupFor } from '../calls/lookup.ts';
import type { GlobalOptions, Surroundings } from '../surroundings.ts';

interface ShellOptions {
  user?: string;
  elevated?: true;
}

/** Adds `nebula terminal shell`: a shell inside a container in this terminal, beside the plain calls it is made of. */
export function addShell(program: Command, surroundings: Surroundings): void {
  const group = program.commands.find((command) => command.name() === 'terminal');
  group
    ?.command('shell')
    .argument('<NAME_OR_ID>', 'the container')
    .argument('[command...]', 'program and arguments instead of a shell, after --')
    .description('A shell inside a container, in this terminal')
    .option('--user <user>', "as whom; the container's own user when left out (needs a fresh proof)")
    .option('--elevated', 'also in a container with more power than usual (needs a fresh proof)')
    .addHelpText(
      'after',
      `
Ends with its program, with whose exit code this ends too; Ctrl-] ends it at any time. Where there is no terminal, as in a script,
a command must be given; it reads nothing.

Examples:
  nebula terminal shell web-1
  nebula terminal shell web-1 -- cat /etc/hostname
`,
    )
    .action(async (name: string, command: string[], options: ShellOptions) => {
      const { config, signal, tell, end } = surroundings;
      if (command.length === 0 && !process.stdin.isTTY)
        throw usage('A shell needs a terminal.', {
          next: 'In a script give a command: nebula terminal shell NAME -- PROGRAM',
        });
      const { context, insecure } = program.opts<GlobalOptions>();
      const target = await serverTarget(config, { context, isInsecure: insecure === true });
      if (target.key === null)
        throw new Failure(exitCodes.denied, `There is no API key for ${target.url}.`, {
          next: 'Sign in first: `nebula sign-in URL`.',
        });
      const [{ openServer }, { runShell }] = await Promise.all([
        import('../calls/server.ts'),
        import('./session.ts'),
      ]);
      const server = await openServer(target);
      const lookup = lookupFor(api, '/containers/:id', 'id');
      const containerId = (await lookup?.find(server, {}, name, signal)) ?? name;
      const isElevated = options.elevated === true;
      const request = { containerId, command: command.length === 0 ? null : command, isElevated };
      const ended = await runShell(server, { ...request, user: options.user ?? null }, signal);
      if (ended.told !== null) tell(`${ended.told}\n`);
      end(ended.code);
    });
}
