import type { ExitKind } from './contract.ts';

/** How a container ended. */
export interface Exit {
  code: number;
  kind: ExitKind;
  /** Name of the signal that ended it, where one did. */
  signal: string | null;
  /** What the engine said when it could not start it. */
  engineWords: string;
}

/** What an inspection says of an end. */
export interface ExitFacts {
  state: string;
  exitCode: number;
  isOutOfMemoryKilled: boolean;
  error: string;
}

const signals: Record<number, string> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  10: 'SIGUSR1',
  11: 'SIGSEGV',
  12: 'SIGUSR2',
  13: 'SIGPIPE',
  14: 'SIGALRM',
  15: 'SIGTERM',
};

/**
 * Why a container does not run, by its exit code (docs.docker.com/engine/containers/run, exit status); null while it runs or
 * before it first did. An end by SIGKILL is told apart from one for lack of memory, which has the same code.
 */
export function exitOf({ state, exitCode, isOutOfMemoryKilled, error }: ExitFacts): Exit | null {
  const isOver = state === 'exited' || state === 'dead' || state === 'restarting';
  if (!isOver && !(state === 'created' && error !== '')) return null;
  const signal = exitCode > 128 ? (signals[exitCode - 128] ?? null) : null;
  return {
    code: exitCode,
    kind: kindOf(exitCode, isOutOfMemoryKilled, error),
    signal,
    engineWords: error,
  };
}

function kindOf(code: number, isOutOfMemoryKilled: boolean, error: string): ExitKind {
  if (isOutOfMemoryKilled && code !== 0) return 'out-of-memory';
  switch (code) {
    case 0:
      return error === '' ? 'ended' : 'engine-failed';
    case 125:
      return 'engine-failed';
    case 126:
      return 'not-executable';
    case 127:
      return 'not-found';
    case 130:
      return 'interrupted';
    case 134:
      return 'aborted';
    case 137:
      return 'killed';
    case 139:
      return 'memory-fault';
    case 143:
      return 'asked-to-stop';
    default:
      if (code === 128 && error !== '') return 'engine-failed';
      return code > 128 && signals[code - 128] !== undefined ? 'signal' : 'failed';
  }
}
