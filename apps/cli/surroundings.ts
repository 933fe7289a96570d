import type { Terminal } from './output/terminal.ts';
import type { CliConfig } from './settings.ts';

/** What every command has around it. */
export interface Surroundings {
  config: CliConfig;
  /** Writes to standard output. */
  print(text: string): void;
  /** Writes to standard error. */
  tell(text: string): void;
  /** Sets the exit code of a command that did what it was asked and has bad news; one of ours, or that of a program inside a container. */
  end(code: number): void;
  /** Aborts at the first Ctrl-C. */
  signal: AbortSignal;
  terminal: Terminal;
}

/** Options that stand before or after every command. */
export interface GlobalOptions {
  json?: true;
  quiet?: true;
  /** Fields to print, separated by commas. */
  output?: string;
  context?: string;
  insecure?: true;
}
