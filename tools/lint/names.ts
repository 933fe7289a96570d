import { posix } from 'node:path';
import { entriesOf } from './documented.ts';
import type { TreeRule } from './rule.ts';

const drawers = new Set(['utils', 'common', 'helpers', 'lib', 'misc', 'shared', 'types']);

/** Folders named for a kind of thing collect what nobody could name. */
export const folderNames: TreeRule = {
  name: 'folder-names',
  checkTree: (paths) =>
    paths.flatMap((path) => {
      const drawer = path
        .split('/')
        .slice(0, -1)
        .find((folder) => drawers.has(folder));
      return drawer === undefined
        ? []
        : [{ path, line: 1, message: `no folder is named "${drawer}": name it for the noun inside` }];
    }),
};

const indexRoots = [
  /^apps\/[^/]+\/features\/[^/]+\/(?:web\/)?index\.tsx?$/,
  /^packages\/[^/]+\/drivers\/[^/]+\/index\.ts$/,
  /^tools\/lint\/index\.ts$/,
];

/** An `index.ts` is the door of a feature or what a package exports; inside, files are imported by name. */
export const indexAtRoots: TreeRule = {
  name: 'index-at-roots',
  checkTree: (paths, read) => {
    const doors = new Set(
      paths
        .filter((path) => /^(?:[^/]+\/){1,2}package\.json$/.test(path))
        .flatMap((path) => entriesOf(read(path)).map((entry) => posix.join(posix.dirname(path), entry))),
    );
    return paths
      .filter(
        (path) =>
          /(?:^|\/)index\.tsx?$/.test(path) &&
          !doors.has(path) &&
          !indexRoots.some((root) => root.test(path)),
      )
      .map((path) => ({
        path,
        line: 1,
        message: 'index.ts stands only at the root of a feature, driver or package',
      }));
  },
};

const kinds =
  /^(?:utils?|helpers?|types?|constants?|interfaces?|models?|controllers?|dto|functions|common|misc)\.tsx?$/;

/** What may lie in a feature's folder, so that everybody finds a thing in one guess. */
export const featureFiles: TreeRule = {
  name: 'feature-files',
  checkTree: (paths) => {
    const features = new Map<string, string[]>();
    for (const path of paths) {
      const [, feature, inner] = /^(apps\/[^/]+\/features\/[^/]+)\/(.+)$/.exec(path) ?? [];
      if (feature !== undefined && inner !== undefined)
        features.set(feature, [...(features.get(feature) ?? []), inner]);
    }
    return [...features].flatMap(([feature, inner]) => [
      ...['contract.ts', 'index.ts', 'README.md']
        .filter((name) => !inner.includes(name))
        .map((name) => ({
          path: `${feature}/${name}`,
          line: 1,
          message: 'every feature has a contract, an index and a README',
        })),
      ...inner.flatMap((name) => {
        const message = misplaced(name);
        return message === null ? [] : [{ path: `${feature}/${name}`, line: 1, message }];
      }),
    ]);
  },
};

function misplaced(name: string): string | null {
  const folder = name.includes('/') ? (name.split('/')[0] ?? '') : null;
  const base = name.slice(name.lastIndexOf('/') + 1);
  if (folder !== null && !['web', 'migrations', 'fixtures'].includes(folder)) {
    return 'a feature has the folders web, migrations and fixtures only';
  }
  if (kinds.test(base)) return 'a file is named for its noun or verb, not for a kind of code';
  if (folder === 'migrations' && !/^\d{3,}-[a-z0-9-]+\.sql$/.test(base))
    return 'a migration is named 001-what-it-does.sql';
  if (folder !== 'web' && /\.(?:tsx|css)$/.test(base)) return 'what a browser shows lies in web/';
  return null;
}
