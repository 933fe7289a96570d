import type { Command } from 'commander';
import { callOf } from '../calls/commands.ts';

/** A place in the command tree and the words that may follow it. */
export interface Place {
  /** Words from the program's name on, such as `containers list`; '' at the top. */
  path: string;
  words: { word: string; help: string }[];
  /** What may follow an option, where that is known. */
  choices: { option: string; values: string[] }[];
  /** The server knows names that may follow: `nebula completion values <path>` prints them. */
  hasNames: boolean;
}

/** Every place of a command tree, the top first. */
export function placesOf(program: Command): Place[] {
  return below(
    program,
    '',
    optionsOf(program).filter(({ word }) => word !== '--version'),
  );
}

function below(command: Command, path: string, globals: Place['words']): Place[] {
  const options = path === '' ? optionsOf(command) : [...optionsOf(command), ...globals];
  const children = command.createHelp().visibleCommands(command);
  const commands = children.map((child) => ({ word: child.name(), help: child.description() }));
  const values = command.registeredArguments.flatMap(({ argChoices = [], description }) =>
    argChoices.map((word) => ({ word, help: description })),
  );
  const words = [...commands, ...values, ...options, helpOption].map(({ word, help }) => ({
    word,
    help: help.replaceAll(/\s+/g, ' '),
  }));
  const choices = command.options.flatMap((option) =>
    option.argChoices === undefined ? [] : [{ option: option.long ?? '', values: option.argChoices }],
  );
  const deeper = children.flatMap((child) => below(child, `${path} ${child.name()}`.trim(), globals));
  return [{ path, words, choices, hasNames: callOf(command)?.hasNames === true }, ...deeper];
}

const helpOption = { word: '--help', help: 'explain this' };

function optionsOf(command: Command): Place['words'] {
  return command.options.flatMap(({ long, description }) =>
    typeof long === 'string' ? [{ word: long, help: description }] : [],
  );
}
