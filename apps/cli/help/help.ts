import type { Command } from 'commander';
import { exitCodes, usage } from '../failure.ts';
import { safeJson } from '../output/safe-text.ts';
import { table } from '../output/table.ts';
import type { GlobalOptions, Surroundings } from '../surroundings.ts';

/** A command with what can be searched for. */
interface Listed {
  path: string;
  description: string;
  options: string[];
}

/** Adds `nebula help`: explains a command, or finds commands by words. */
export function addHelp(program: Command, { print, end, terminal }: Surroundings): void {
  program
    .command('help [words...]')
    .description('Explain a command, or find commands by words')
    .option('--list', 'print the names of all commands')
    .addHelpText('after', '\nExamples:\n  nebula help containers restart\n  nebula help api key\n')
    .action((words: string[], { list }: { list?: true }) => {
      const { json } = program.opts<GlobalOptions>();
      if (list === true) {
        const paths = listed(program).map(({ path }) => path);
        return print(json === true ? `${safeJson({ items: paths })}\n` : `${paths.join('\n')}\n`);
      }
      const found = commandAt(program, words);
      if (found !== undefined) return found.outputHelp();
      const matches = search(listed(program), words);
      if (matches.length === 0) {
        throw usage(`No command is about ${JSON.stringify(words.join(' '))}.`, {
          next: '`nebula --help` shows what there is.',
        });
      }
      const rows = matches.map(({ path, description }) => [`nebula ${path}`, description]);
      print(
        json === true
          ? `${safeJson({ items: matches })}\n`
          : table(['COMMAND', 'WHAT IT DOES'], rows, terminal),
      );
      end(exitCodes.ok);
    });
}

/** Lines that say what was probably meant by a command that does not exist; '' when nothing is like it. */
export function suggestionsFor(program: Command, word: string): string {
  const named = listed(program).filter(({ path }) => path.split(' ').at(-1) === word);
  if (named.length === 0) return '';
  return `Perhaps: ${named
    .slice(0, 5)
    .map(({ path }) => `nebula ${path}`)
    .join(', ')}\n`;
}

function commandAt(program: Command, words: string[]): Command | undefined {
  let command: Command | undefined = program;
  for (const word of words) command = command?.commands.find((child) => child.name() === word);
  return command;
}

/** Every command that does something, by its words. */
function listed(program: Command, path = ''): Listed[] {
  return program
    .createHelp()
    .visibleCommands(program)
    .flatMap((command) => {
      const here = `${path} ${command.name()}`.trim();
      const below = listed(command, here);
      const doesNothing = command.registeredArguments.length + command.options.length === 0;
      if (below.length > 0 && doesNothing) return below;
      const options = command.options.map(({ long, description }) => `${long} ${description}`);
      return [{ path: here, description: command.description(), options }, ...below];
    });
}

/** Commands that all words stand in, those with the words in their name first. */
function search(commands: Listed[], words: string[]): Omit<Listed, 'options'>[] {
  const wanted = words.map((word) => word.toLowerCase());
  const scored = commands.flatMap(({ path, description, options }) => {
    const places = [path, description, options.join(' ')].map((text) => text.toLowerCase());
    const score = wanted.map((word) => places.findIndex((place) => place.includes(word)));
    return score.includes(-1) ? [] : [{ path, description, rank: Math.max(...score) }];
  });
  return scored.toSorted((a, b) => a.rank - b.rank).map(({ path, description }) => ({ path, description }));
}
