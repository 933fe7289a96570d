import type { Command } from 'commander';
import { safeJson } from '../output/safe-text.ts';
import type { GlobalOptions, Surroundings } from '../surroundings.ts';

/** Adds `nebula install`: the command on the PATH. */
export function addInstall(program: Command, { config, print }: Surroundings): void {
  program
    .command('install')
    .description('Put the command nebula on the PATH: for everybody as root, else for this person')
    .option('--remove', 'take it away again')
    .addHelpText(
      'after',
      '\nMakes a link in /usr/local/bin (root) or ~/.local/bin to this copy of the program.\n\nExamples:\n  bin/nebula.mjs install\n  nebula install --remove\n',
    )
    .action(async ({ remove }: { remove?: true }) => {
      const { linkCommand, unlinkCommand } = await import('./link.ts');
      const done = remove === true ? await unlinkCommand() : await linkCommand();
      const isOnPath = config.path.split(':').includes(done.directory);
      const { json, quiet } = program.opts<GlobalOptions>();
      if (json === true) return print(`${safeJson({ ...done, isOnPath })}\n`);
      if (quiet === true) return print(`${done.path}\n`);
      const words = {
        linked: `${done.path} is the command nebula now.`,
        already: `${done.path} is the command nebula already.`,
        removed: `${done.path} is gone.`,
        absent: `There is no ${done.path}.`,
      };
      print(`${words[done.state]}\n`);
      if (remove !== true && !isOnPath) {
        print(
          `${done.directory} is not on your PATH yet: sign in again, or add it in the profile of your shell.\n`,
        );
      }
    });
}
