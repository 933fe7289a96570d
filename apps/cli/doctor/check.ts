import type { Installation } from '../local/installation.ts';
import type { CliConfig } from '../settings.ts';

/** What a look found: `unknown` when it could not be found out, with the reason as detail. */
export interface Finding {
  verdict: 'ok' | 'warning' | 'problem' | 'unknown';
  detail: string;
  /** What a person should do; only where something is to be done. */
  next?: string;
}

/** Headings under which findings are told, in this order. */
export const areas = ['NebulaCommand', 'Docker', 'Network', 'Rights', 'Machine'] as const;
export type Area = (typeof areas)[number];

/** One thing that is looked at. It throws when it cannot be looked at. */
export interface Check {
  id: string;
  area: Area;
  title: string;
  /** One sentence: why it matters. */
  meaning: string;
  look(subject: Subject, signal: AbortSignal): Promise<Finding>;
}

/** What the doctor looks at. */
export interface Subject {
  config: CliConfig;
  /** Where the data should lie; need not exist. */
  dataDir: string;
  /** Undefined while there is no data directory. */
  installation: Installation | undefined;
  /** Root of the program. */
  program: string;
  /** Address of the server: what its launcher says, else what the last start was told, else the default. */
  url: string;
  port: number;
  /** The Docker engine's own socket: of the last start, else the usual one. */
  engine: string;
}

export function ok(detail: string): Finding {
  return { verdict: 'ok', detail };
}

export function warning(detail: string, next: string): Finding {
  return { verdict: 'warning', detail, next };
}

export function problem(detail: string, next: string): Finding {
  return { verdict: 'problem', detail, next };
}

export function unknown(detail: string, next?: string): Finding {
  return { verdict: 'unknown', detail, ...(next === undefined ? {} : { next }) };
}

/** The `code` of a system error, else ''. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** The system's code of an error, else its sentence without the full stop. */
export function reasonOf(error: unknown): string {
  return systemCode(error) || (error instanceof Error ? error.message.replace(/\.$/, '') : String(error));
}
