import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { exitCodes, Failure } from '../failure.ts';
import type { CliConfig } from '../settings.ts';
import type { Shell } from './scripts.ts';

/** Where a shell looks for completion scripts of this person, and what is left to do. */
export function completionPlace(
  name: Shell,
  { configHome, dataHome }: Pick<CliConfig, 'configHome' | 'dataHome'>,
): { path: string; hint: string } {
  const data = dataHome ?? join(homedir(), '.local', 'share');
  switch (name) {
    case 'bash':
      return {
        path: join(data, 'bash-completion', 'completions', 'nebula'),
        hint: 'It works in new shells where the package bash-completion is installed.',
      };
    case 'zsh': {
      const directory = join(data, 'zsh', 'site-functions');
      return {
        path: join(directory, '_nebula'),
        hint: `Put this into ~/.zshrc before compinit: fpath=(${directory} $fpath)`,
      };
    }
    case 'fish':
      return {
        path: join(configHome ?? join(homedir(), '.config'), 'fish', 'completions', 'nebula.fish'),
        hint: 'It works in new shells.',
      };
    default:
      return name satisfies never;
  }
}

/** Writes the script whole or not at all. */
export async function installCompletion(path: string, script: string): Promise<void> {
  const draft = `${path}.${process.pid}.new`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(draft, script, { flag: 'wx', mode: 0o644 });
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true });
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Failure(exitCodes.denied, `${path} cannot be written: ${why}.`, { cause });
  }
}

/** Removes the script; false when there is none. */
export async function removeCompletion(path: string): Promise<boolean> {
  try {
    await rm(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
