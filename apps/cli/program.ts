import { Command } from 'commander';
import { addCalls } from './calls/commands.ts';
import { addCompletion } from './completion/command.ts';
import { addContextCommands } from './contexts/commands.ts';
import { addSignIn } from './contexts/sign-in.ts';
import { addDoctor } from './doctor/command.ts';
import { addHelp, suggestionsFor } from './help/help.ts';
import { addInstall } from './install/command.ts';
import { addLocalCommands } from './local/commands.ts';
import { painted } from './output/terminal.ts';
import { addShell } from './shell/command.ts';
import type { Surroundings } from './surroundings.ts';

/** The whole command tree: calls of the contract, then what works on this machine only. */
export function createProgram(version: string, surroundings: Surroundings): Command {
  const program = new Command('nebula')
    .description('NebulaCommand from a terminal')
    .version(version, '--version', 'print the version')
    .option('--json', 'print exactly what the API answers')
    .option('--quiet', 'print only ids, new keys and problems')
    .option('-o, --output <fields>', 'print only these fields, such as id,name: one line each, tabs between')
    .option('--context <name>', 'server to use, see nebula context list')
    .option('--insecure', 'let keys travel in the clear to this server')
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', outro)
    .helpCommand(false);
  addCalls(program, surroundings);
  addShell(program, surroundings);
  addLocalCommands(program, surroundings);
  addSignIn(program, surroundings);
  addContextCommands(program, surroundings);
  addDoctor(program, surroundings);
  addInstall(program, surroundings);
  addCompletion(program, surroundings);
  addHelp(program, surroundings);
  return obedient(program, surroundings);
}

/** Makes a command tree throw instead of ending the process, and write where it is told. */
export function obedient(program: Command, { print, tell, terminal }: Surroundings): Command {
  everyCommand(program, (command) => {
    command
      .exitOverride()
      .helpCommand(false)
      .showHelpAfterError('(--help explains it)')
      .configureOutput({
        writeOut: print,
        writeErr: (text) => {
          const unknown = /^error: unknown command '(.*)'/.exec(text)?.[1];
          tell(unknown === undefined ? text : text + suggestionsFor(program, unknown));
        },
        getOutHasColors: () => terminal.hasColour,
        getErrHasColors: () => terminal.hasColour,
      })
      .configureHelp({
        ...command.configureHelp(),
        styleTitle: (title) => painted(title, 'bold', terminal),
        helpWidth: Math.min(terminal.columns ?? 100, 120),
      });
  });
  return program;
}

/** Calls `visit` for a command and all below it. */
export function everyCommand(command: Command, visit: (command: Command) => void): void {
  visit(command);
  for (const child of command.commands) everyCommand(child, visit);
}

const outro = `
Examples:
  nebula containers list
  nebula containers restart web-1
  nebula audit list --json | jq .items
  nebula doctor
  nebula help restart                 commands about something

Where to: the current context (nebula context), or NEBULA_URL and NEBULA_API_KEY.
Exit codes: 0 ok, 1 unexpected or a problem, 2 usage or bad input, 3 not signed in or forbidden, 4 run failed,
  5 run unknown, 6 findings, 7 unreachable, 8 not found, 9 busy or conflict, 10 rate limited, 130 interrupted.
`;
