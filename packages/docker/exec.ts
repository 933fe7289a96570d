import type { GrantWord } from './index.ts';

/** A program to be started inside a container, with a terminal. */
export interface ExecRequest {
  argv: string[];
  /** As whom, such as `root` or `1000:1000`; the container's own user when null. */
  user: string | null;
  columns: number;
  rows: number;
  /** On whose word a guard before the engine lets through what it would refuse; null when nobody gave it. */
  word: GrantWord | null;
}

/** A program that runs inside a container. */
export interface ExecStream {
  /** What it writes; ends when it does. */
  output: AsyncIterable<Uint8Array>;
  /** Types into it; resolves when it can take more. */
  write(bytes: Uint8Array): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  /** How it ended; null while it runs. */
  exitCode(): Promise<number | null>;
  /** Lets go of it; the guard before the engine ends the program. */
  close(): void;
}
