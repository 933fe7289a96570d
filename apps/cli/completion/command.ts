import { Argument, type Command } from 'commander';
import { callOf } from '../calls/commands.ts';
import { usage } from '../failure.ts';
import { confirm } from '../input.ts';
import type { GlobalOptions, Surroundings } from '../surroundings.ts';
import { completionScript, isShell, type Shell, shells } from './scripts.ts';
import { placesOf } from './tree.ts';

/** Adds `nebula completion`: the scripts, their installation, and the names that they ask for. */
export function addCompletion(program: Command, surroundings: Surroundings): void {
  const { print } = surroundings;
  const group = program
    .command('completion')
    .description('Print the completion script of a shell, or install it')
    .addArgument(new Argument('<shell>', 'your shell').choices(shells))
    .addHelpText('after', '\nExamples:\n  source <(nebula completion bash)\n  nebula completion install\n')
    .action((name: Shell) => print(completionScript(name, placesOf(program))));
  addInstallation(group, program, surroundings);
  group
    .command('values <words...>', { hidden: true })
    .description('Print the names that may follow a command')
    .addHelpText('after', '\nExample:\n  nebula completion values containers restart\n')
    .action((words: string[]) => printNames(program, words, surroundings));
}

function addInstallation(group: Command, program: Command, surroundings: Surroundings): void {
  const { config, print, terminal } = surroundings;
  group
    .command('install')
    .description('Install the completion script, for this person only')
    .addArgument(new Argument('[shell]', 'your shell (default: $SHELL)').choices(shells))
    .option('--yes', 'do not ask')
    .option('--remove', 'remove it again')
    .addHelpText(
      'after',
      '\nExamples:\n  nebula completion install\n  nebula completion install fish --yes\n',
    )
    .action(async (given: Shell | undefined, { yes, remove }: { yes?: true; remove?: true }) => {
      const name = given ?? config.loginShell.split('/').at(-1) ?? '';
      if (!isShell(name)) throw usage(`Say for which shell: ${shells.join(', ')}.`);
      const { completionPlace, installCompletion, removeCompletion } = await import('./install.ts');
      const { path, hint } = completionPlace(name, config);
      if (yes !== true && remove !== true) {
        if (!terminal.isInteractive) throw usage(`This writes ${path}; say --yes where nobody can be asked.`);
        if (!(await confirm(`Write ${path}?`))) return print('Nothing was written.\n');
      }
      if (remove === true) {
        const wasThere = await removeCompletion(path);
        return print(wasThere ? `${path} is gone.\n` : `There is no ${path}.\n`);
      }
      await installCompletion(path, completionScript(name, placesOf(program)));
      print(program.opts<GlobalOptions>().quiet === true ? `${path}\n` : `${path} is written. ${hint}\n`);
    });
}

/** Milliseconds that somebody who pressed Tab waits. */
const patienceMs = 1500;

async function printNames(program: Command, words: string[], surroundings: Surroundings): Promise<void> {
  let command: Command | undefined = program;
  for (const word of words) command = command?.commands.find((child) => child.name() === word);
  const call = command === undefined ? undefined : callOf(command);
  if (call === undefined) return;
  const { config, print, signal } = surroundings;
  const { api } = await import('@nebula/dashboard/contract');
  const { lookupFor } = await import('../calls/lookup.ts');
  const { serverTarget } = await import('../contexts/target.ts');
  const { openServer } = await import('../calls/server.ts');
  const lookup = lookupFor(api, call.endpoint.path, call.params[0] ?? '');
  const { context, insecure } = program.opts<GlobalOptions>();
  const server = await openServer(await serverTarget(config, { context, isInsecure: insecure === true }));
  const limit = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  const names = (await lookup?.names(server, {}, limit)) ?? [];
  print(
    [...new Set(names)]
      .filter(isPlain)
      .map((name) => `${name}\n`)
      .join(''),
  );
}

/** Only names that no shell could take for anything but a word are offered. */
function isPlain(name: string): boolean {
  return /^[A-Za-z0-9][\w.@:+/-]*$/.test(name);
}
