import { type ChildProcess, spawn } from 'node:child_process';
import { isAbsolute } from 'node:path';
import { AppError } from '@nebula/errors';

/** One argument of a program: a literal written in our code, or a value from outside wrapped by {@link slot}. */
export type Argument = string | Slot;

/** A value from outside that was proven harmless as a single positional or option value. */
export interface Slot {
  readonly slot: string;
}

/**
 * Wraps a value from outside as an argument. Throws BAD_INPUT when it begins with `-` (it would become an
 * option), is empty, or has a NUL, a line break or another control character.
 */
export function slot(value: string): Slot {
  if (value === '' || value.startsWith('-') || /[\u0000-\u001f\u007f]/.test(value)) {
    throw new AppError(
      'BAD_INPUT',
      `This value cannot be an argument of a program: ${JSON.stringify(value)}`,
    );
  }
  return { slot: value };
}

/** How a program is started: absolute path, arguments, and nothing inherited that is not named here. */
export interface Start {
  program: string;
  args: Argument[];
  /** Complete environment; PATH, LC_ALL and HOME have fixed values unless given. */
  env?: Record<string, string>;
  cwd?: string;
  uid?: number;
  gid?: number;
  /** Own process session, so that signals of a terminal do not reach it. */
  detached?: boolean;
}

/** What a finished program left: exit code, and at most `maxOutput` bytes of each stream. */
export interface Outcome {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  truncated: boolean;
}

/** Limits of {@link run}. */
export interface RunLimits {
  timeoutMs: number;
  signal?: AbortSignal;
  /** Bytes kept of each of stdout and stderr; the default is 1 MiB. */
  maxOutput?: number;
  input?: string;
  /** Called with each piece of either stream as it comes, whatever is kept. */
  onOutput?: (piece: Buffer) => void;
}

const cleanEnvironment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', HOME: '/nonexistent' };

/**
 * Starts a long-running program without a shell and answers its process. The caller owns it and its streams
 * (stdin closed, stdout and stderr piped). Throws a RangeError when the path is not absolute.
 */
export function start(options: Start): ChildProcess {
  if (!isAbsolute(options.program)) throw new RangeError(`Not an absolute path: ${options.program}`);
  return spawn(options.program, options.args.map(textOf), {
    shell: false,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...cleanEnvironment, ...options.env },
    detached: options.detached ?? false,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.gid === undefined ? {} : { gid: options.gid }),
  });
}

/**
 * Runs a program to its end and answers its outcome, whatever the exit code. Its process group gets SIGTERM, then
 * SIGKILL after 2 s, when time is up or the signal aborts; then UNAVAILABLE is thrown.
 */
export async function run(options: Start, limits: RunLimits): Promise<Outcome> {
  const child = start({ ...options, detached: true });
  const maxOutput = limits.maxOutput ?? 1_048_576;
  const stdout = collect(child.stdout, maxOutput, limits.onOutput);
  const stderr = collect(child.stderr, maxOutput, limits.onOutput);
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(limits.input ?? '');

  const stop = AbortSignal.any([
    AbortSignal.timeout(limits.timeoutMs),
    ...(limits.signal === undefined ? [] : [limits.signal]),
  ]);
  const kill = () => killGroup(child);
  stop.addEventListener('abort', kill, { once: true });
  if (stop.aborted) kill();
  try {
    const [code, signal] = await exitOf(child);
    if (stop.aborted) {
      throw new AppError('UNAVAILABLE', `${options.program} did not finish in time and was stopped.`, {
        cause: stop.reason,
      });
    }
    const truncated = stdout.truncated || stderr.truncated;
    return { code, signal, stdout: stdout.text(), stderr: stderr.text(), truncated };
  } finally {
    stop.removeEventListener('abort', kill);
  }
}

/** Sends a signal to a process; answers false when there is no such process any more. */
export function signalProcess(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}

function textOf(argument: Argument): string {
  return typeof argument === 'string' ? argument : argument.slot;
}

function exitOf(child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      reject(new AppError('UNAVAILABLE', `${child.spawnfile} could not be started.`, { cause }));
    });
    child.once('close', (code, signal) => resolve([code, signal]));
  });
}

function killGroup(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  signalProcess(-pid, 'SIGTERM');
  setTimeout(() => {
    if (child.exitCode === null && child.signalCode === null) signalProcess(-pid, 'SIGKILL');
  }, 2000).unref();
}

function collect(stream: NodeJS.ReadableStream | null, maxBytes: number, onOutput?: (piece: Buffer) => void) {
  const chunks: Buffer[] = [];
  const state = { truncated: false, text: () => Buffer.concat(chunks).toString('utf8') };
  let size = 0;
  stream?.on('data', (chunk: Buffer) => {
    onOutput?.(chunk);
    const room = maxBytes - size;
    if (chunk.length > room) state.truncated = true;
    if (room <= 0) return;
    chunks.push(chunk.subarray(0, room));
    size += Math.min(chunk.length, room);
  });
  return state;
}
