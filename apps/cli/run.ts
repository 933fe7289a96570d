import { ConfigError } from '@nebula/config';
import { type Command, CommanderError } from 'commander';
import { exitCodes, Failure, failureOf, usage } from './failure.ts';
import { safeJson, safeText } from './output/safe-text.ts';
import { createProgram } from './program.ts';
import { readCliConfig } from './settings.ts';
import { noTerminal, painted, type Terminal, terminalOf } from './output/terminal.ts';
import type { Surroundings } from './surroundings.ts';

/** Runs a command line of the whole tree and answers its exit code. */
export async function run(version: string, args: string[]): Promise<number> {
  return await runProgram(args, (surroundings) => createProgram(version, surroundings));
}

/** Runs a command line and answers its exit code; everything that goes wrong is told on standard error. */
export async function runProgram(
  args: string[],
  create: (surroundings: Surroundings) => Command,
): Promise<number> {
  let code: number = exitCodes.ok;
  let terminal = noTerminal;
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // The second one ends us at once: `once` gives it back its usual meaning.
    process.once(signal, () => interrupted.abort(new DOMException('Interrupted.', 'AbortError')));
  }
  try {
    const read = config();
    terminal = terminalOf(read);
    const program = create({
      config: read,
      terminal,
      print: (text) => void process.stdout.write(text),
      tell: (text) => void process.stderr.write(text),
      end: (ended) => {
        code = ended;
      },
      signal: interrupted.signal,
    });
    await program.parseAsync(args.length === 0 ? ['--help'] : args, { from: 'user' });
    return code;
  } catch (error) {
    // Commander has told its own already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    const isStopped = interrupted.signal.aborted && !(error instanceof Failure);
    const failure = isStopped
      ? new Failure(exitCodes.interrupted, 'Interrupted.', { cause: error })
      : failureOf(error);
    process.stderr.write(args.includes('--json') ? asJson(failure) : inWords(failure, terminal));
    return failure.exitCode;
  }
}

function config() {
  try {
    return readCliConfig();
  } catch (error) {
    if (error instanceof ConfigError) throw usage(error.message);
    throw error;
  }
}

function inWords({ message, next, fields, requestId, problem }: Failure, terminal: Terminal): string {
  // What we refuse ourselves is named in the sentence; the server's sentence may leave the first field out.
  const isNamed = problem === undefined || message.startsWith(fields[0]?.path ?? '');
  const others = fields
    .slice(isNamed ? 1 : 0)
    .map((field) => `  ${safeText(`${field.path}: ${field.message}`)}\n`);
  return [
    `${painted('nebula:', 'red', terminal)} ${message.split('\n').map(safeText).join('\n  ')}\n`,
    ...others,
    next === undefined ? '' : `  ${safeText(next)}\n`,
    requestId === undefined ? '' : `  request ${safeText(requestId)}\n`,
  ].join('');
}

function asJson({ message, next, fields, exitCode, problem }: Failure): string {
  const own = { code: exitCode === exitCodes.usage ? 'BAD_INPUT' : 'FAILED', detail: message, fields };
  return `${safeJson({ ...(problem ?? own), ...(next === undefined ? {} : { next }) })}\n`;
}
