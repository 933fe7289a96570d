import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { type Argument, type Outcome, run, slot } from '@nebula/exec';
import { AppError } from '@nebula/errors';

/** Which stack a command of compose is about. */
export interface ComposeStack {
  name: string;
  /** Directory of its files and the files in it; left out for commands that go by labels alone. */
  files?: { folder: string; paths: readonly string[]; envFile: string | null };
}

/** How one command is run. */
export interface ComposeCall {
  /** Socket of a Docker API. */
  socket: string;
  signal?: AbortSignal | undefined;
  timeoutMs: number;
  maxOutput?: number;
  onOutput?: (piece: Buffer) => void;
}

/** Docker's own compose program, which is the judge of every file and the only one that applies them. */
export interface ComposeCli {
  /** Runs a command and answers how it ended. Throws UNAVAILABLE when compose is not installed. */
  run(stack: ComposeStack, args: Argument[], call: ComposeCall): Promise<Outcome>;
  /** Where it is; null when it is nowhere. */
  find(): Promise<string | null>;
}

/** Where packages of Debian, Ubuntu and Docker put it. */
const places = [
  ...['/usr/libexec/docker/cli-plugins', '/usr/lib/docker/cli-plugins'],
  ...['/usr/local/libexec/docker/cli-plugins', '/usr/local/lib/docker/cli-plugins'],
  ...['/usr/local/bin', '/usr/bin'],
].map((folder) => `${folder}/docker-compose`);

/**
 * Opens it. Its own configuration is an empty directory: no logins, plugins or contexts of a person's, and nothing of our
 * environment reaches the variables of a file.
 *
 * @param program path from the settings; looked for where packages put it when left out
 * @param homeDir directory that is made for it
 */
export function openCompose({
  program,
  homeDir,
}: {
  program?: string | undefined;
  homeDir: string;
}): ComposeCli {
  let found: string | null = null;

  async function find(): Promise<string | null> {
    if (found !== null) return found;
    await mkdir(homeDir, { recursive: true, mode: 0o700 });
    for (const path of program === undefined ? places : [program]) {
      if (await isCompose(path, homeDir)) {
        found = path;
        break;
      }
    }
    return found;
  }

  return {
    find,
    async run({ name, files }, args, { socket, signal, timeoutMs, maxOutput, onOutput }) {
      const path = await find();
      if (path === null) throw notInstalled(program);
      const where: Argument[] =
        files === undefined
          ? []
          : [
              ...['--project-directory', slot(files.folder)],
              ...files.paths.flatMap((file) => ['-f', slot(file)]),
              ...(files.envFile === null ? [] : ['--env-file', slot(files.envFile)]),
            ];
      const outcome = await run(
        {
          program: path,
          args: ['--ansi', 'never', '--progress', 'plain', '-p', slot(name), ...where, ...args],
          env: environment(homeDir, socket),
          cwd: homeDir,
        },
        {
          timeoutMs,
          ...(signal === undefined ? {} : { signal }),
          ...(maxOutput === undefined ? {} : { maxOutput }),
          ...(onOutput === undefined ? {} : { onOutput }),
        },
      );
      return outcome;
    },
  };
}

function environment(homeDir: string, socket: string): Record<string, string> {
  return {
    HOME: homeDir,
    DOCKER_HOST: `unix://${socket}`,
    DOCKER_CONFIG: homeDir,
    // BuildKit needs sessions, which the broker refuses; what is far away is not fetched by a file's word.
    DOCKER_BUILDKIT: '0',
    COMPOSE_EXPERIMENTAL_GIT_REMOTE: 'false',
    COMPOSE_EXPERIMENTAL_OCI_REMOTE: 'false',
    COMPOSE_MENU: 'false',
  };
}

/** Debian 12 calls the first compose by the same name; only from the second on is it a plugin. */
async function isCompose(path: string, homeDir: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    const { stdout } = await run(
      {
        program: path,
        args: ['version', '--short'],
        env: environment(homeDir, '/nonexistent'),
        cwd: homeDir,
      },
      { timeoutMs: 20_000, maxOutput: 1000 },
    );
    return /^v?(?:[2-9]|\d\d)\./.test(stdout.trim());
  } catch {
    // Not there, not ours to start, or not a program: the next place is looked at.
    return false;
  }
}

function notInstalled(program: string | undefined): AppError {
  return new AppError(
    'UNAVAILABLE',
    program === undefined
      ? 'Docker Compose 2 is not installed; install the package docker-compose-v2 or docker-compose-plugin.'
      : `${program} is not Docker Compose 2 or cannot be started; look at NEBULA_COMPOSE.`,
  );
}
