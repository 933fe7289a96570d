import { Argument, type Command } from 'commander';
import type { Surroundings } from '../surroundings.ts';
import { completionScript, type Shell, shells } from './scripts.ts';
import { placesOf } from './tree.ts';

/** Adds `nebula completion`. */
export function addCompletion(program: Command, { print }: Surroundings): void {
  program
    .command('completion')
    .description('Print the completion script of a shell')
    .addArgument(new Argument('<shell>', 'your shell').choices(shells))
    .addHelpText('after', '\nExample:\n  source <(nebula completion bash)\n')
    .action((name: Shell) => print(completionScript(name, placesOf(program))));
}
