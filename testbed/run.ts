import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** How a program ended, with what it wrote. */
export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** What {@link run} takes besides the argument list. */
export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Text for the program's standard input; without it the program reads an empty one. */
  input?: string;
  /** Milliseconds until the program is killed; 120,000 without it. */
  timeout?: number;
  /** Shows the output to the person as it comes instead of collecting it. */
  inherit?: boolean;
  signal?: AbortSignal;
}

/**
 * Runs a program with an argument list and answers how it ended, whatever the code.
 *
 * @throws Error when the program cannot be started.
 */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const [program, ...args] = argv;
  if (program === undefined) throw new Error('An empty argument list names no program.');
  const { promise, resolve, reject } = Promise.withResolvers<Ended>();
  const output = options.inherit === true ? 'inherit' : 'pipe';
  const child = spawn(program, args, {
    stdio: ['pipe', output, output],
    timeout: options.timeout ?? 120_000,
    killSignal: 'SIGKILL',
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.on('error', reject);
  child.on('close', (code, signal) => {
    resolve({
      code: code ?? (signal === 'SIGKILL' ? 137 : 143),
      stdout: Buffer.concat(stdout).toString(),
      stderr: Buffer.concat(stderr).toString(),
    });
  });
  // A program that ends before it read its input closes the pipe; its exit code tells the story.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(options.input ?? '');
  return await promise;
}

/**
 * Runs a program that has to succeed and answers its standard output.
 *
 * @throws Error with the end of its output when it ends with another code than 0.
 */
export async function runOk(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const ended = await run(argv, options);
  if (ended.code !== 0) {
    const output = `${ended.stdout}${ended.stderr}`.trim().split('\n').slice(-20).join('\n');
    throw new Error(`${argv.join(' ')} ended with code ${ended.code}:\n${output}`);
  }
  return ended.stdout;
}

/** Folders where programs lie, those for root included, which a person's PATH often lacks. */
export function programFolders(): string[] {
  const own = (process.env.PATH ?? '').split(':').filter((folder) => folder.startsWith('/'));
  return [
    ...new Set([...own, '/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']),
  ];
}

/** Absolute path of a program, or null when the machine lacks it. */
export function findProgram(name: string, folders: readonly string[] = programFolders()): string | null {
  for (const folder of folders) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder: the next may have it.
    }
  }
  return null;
}

/**
 * Absolute path of a program that has to be there.
 *
 * @throws Error that says how to install what is missing.
 */
export function requireProgram(name: string): string {
  const path = findProgram(name);
  if (path === null) throw new Error(`${name} is missing here; \`npm test\` installs what the tests need.`);
  return path;
}
