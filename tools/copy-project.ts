import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { projectFiles } from './project-files.ts';

/** A copy of the project in a temporary folder, for checks that change it. */
export interface ProjectCopy extends Disposable {
  dir: string;
}

/**
 * Copies the files of the project that a type check reads. Installed packages are linked; ours among them lead into
 * the copy.
 */
export function copyProject(root: string, wanted: (path: string) => boolean): ProjectCopy {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'nebula-copy-')));
  const remove = () => rmSync(dir, { recursive: true, force: true });
  try {
    for (const path of projectFiles(root).filter(wanted)) {
      mkdirSync(dirname(join(dir, path)), { recursive: true });
      cpSync(join(root, path), join(dir, path));
    }
    linkModules(root, dir);
  } catch (error) {
    remove();
    throw error;
  }
  return { dir, [Symbol.dispose]: remove };
}

/** Links every installed package of a project into a copy of it. */
export function linkModules(root: string, dir: string): void {
  const [from, to] = [join(root, 'node_modules'), join(dir, 'node_modules')];
  mkdirSync(join(to, '@nebula'), { recursive: true });
  for (const name of readdirSync(from)) {
    if (name !== '@nebula' && !existsSync(join(to, name))) symlinkSync(join(from, name), join(to, name));
  }
  for (const name of readdirSync(join(from, '@nebula'))) {
    const link = join(from, '@nebula', name);
    const place = join(dir, relative(realpathSync(root), realpathSync(link)));
    if (lstatSync(link).isSymbolicLink() && existsSync(place)) symlinkSync(place, join(to, '@nebula', name));
  }
}
