import type { TreeRule } from './rule.ts';

const homes = [
  /^((?:apps|packages)\/[^/]+)\/package\.json$/,
  /^(apps\/[^/]+\/features\/[^/]+)\/contract\.ts$/,
  /^(packages\/[^/]+\/drivers\/[^/]+)\/[^/]+$/,
  /^(testbed|tools|bench|launch)\/[^/]+$/,
];

const longest = 20;

/** Every package, app, feature and driver says in at most twenty lines what it is. */
export const readmes: TreeRule = {
  name: 'readmes',
  checkTree: (paths, read) => {
    const folders = new Set(paths.flatMap((path) => homes.flatMap((home) => home.exec(path)?.[1] ?? [])));
    const known = new Set(paths);
    return [...folders].flatMap((folder) => {
      const path = `${folder}/README.md`;
      if (!known.has(path)) return [{ path, line: 1, message: 'is missing' }];
      const lines = read(path).trimEnd().split('\n').length;
      return lines <= longest
        ? []
        : [{ path, line: longest + 1, message: `has ${lines} lines, ${longest} are enough` }];
    });
  },
};
