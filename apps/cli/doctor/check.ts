import type { CliConfig } from '../settings.ts';
import type { Installation } from '../local/installation.ts';

/** What a look found: `unknown` when it could not be found out, with the reason as detail. */
export interface Finding {
  verdict: 'ok' | 'warning' | 'problem' | 'unknown';
  detail: string;
  /** What a person should do; only where something is to be done. */
  next?: string;
}

/** One thing that is looked at. It throws when it cannot be looked at. */
export interface Check {
  id: string;
  title: string;
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
  /** Address of the server: what its launcher says, else the default. */
  url: string;
  port: number;
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
