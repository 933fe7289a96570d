import { importsOf, isTest, targetOf } from './imports.ts';
import type { FileRule } from './rule.ts';

/**
 * Who may import whom: apps, features, ports, platform, contract and errors, each only from those after it. The first
 * layer whose pattern fits a file decides, and everything it imports has to fit one of `may`. `$1`, `$2` stand for
 * what the pattern's groups found. Cycles are oxlint's `import/no-cycle`.
 */
export interface Layer {
  what: string;
  files: RegExp;
  may: readonly string[];
  /** Built-in modules and packages of others; without it any. */
  foreign?: RegExp;
}

const isomorphic = ['^packages/(?:contract|errors)(?:/|$)'];
const ports = 'docker|hosts|dns|proxy|llm|notify|storage|chat|music|smart-home';
const platform = ['^packages/(?!ui(?:/|$)|testing(?:/|$))(?:[a-z-]+)(?:/|$)'];
const platformOnly = [`^packages/(?!(?:ui|testing|${ports})(?:/|$))[a-z-]+(?:/|$)`];
const browser = /^(?!node:)/;

/** The house's layers, from the innermost file to the outermost. */
export const layers: readonly Layer[] = [
  {
    what: "a feature's web",
    files: /^apps\/([^/]+)\/features\/([^/]+)\/web\//,
    // A piece of the contract that needs no schemas keeps their library out of what the browser loads.
    may: [
      '^apps/$1/features/$2/(?:web/|contract(?:-[a-z-]+)?\\.ts$)',
      '^apps/$1/features/[^/]+/(?:contract\\.ts|web/index\\.ts)$',
      '^apps/$1/(?:web/|contract(?:\\.ts)?$)',
      '^packages/ui(?:/|$)',
      ...isomorphic,
    ],
    foreign: browser,
  },
  {
    what: 'the web shell',
    files: /^apps\/([^/]+)\/web\/(?!vite\.[a-z-]+\.ts$)/,
    may: [
      '^apps/$1/(?:web/|contract(?:\\.ts)?$)',
      '^apps/$1/features/[^/]+/(?:contract\\.ts|web/index\\.tsx?)$',
      '^packages/ui(?:/|$)',
      ...isomorphic,
    ],
    foreign: browser,
  },
  {
    what: "a feature's contract",
    // A long one is in pieces beside it; other features reach only the contract itself.
    files: /^apps\/([^/]+)\/features\/([^/]+)\/contract(?:-[a-z-]+)?\.ts$/,
    may: [
      '^apps/$1/features/[^/]+/contract\\.ts$',
      '^apps/$1/features/$2/contract-[a-z-]+\\.ts$',
      ...isomorphic,
    ],
    foreign: /^zod$/,
  },
  {
    what: 'a feature',
    files: /^apps\/([^/]+)\/features\/([^/]+)\//,
    may: [
      '^apps/$1/features/$2/(?!web/)',
      '^apps/$1/features/[^/]+/(?:index|contract)\\.ts$',
      '^apps/$1/(?:resources|config)\\.ts$',
      ...platform,
    ],
  },
  {
    what: "an app's contract",
    files: /^apps\/([^/]+)\/contract\.ts$/,
    may: ['^apps/$1/features/[^/]+/contract\\.ts$', ...isomorphic],
    foreign: /^zod$/,
  },
  {
    what: 'the command line',
    files: /^apps\/(cli)\//,
    // It works on an installation that does not run, so it knows the places the launcher knows.
    may: ['^apps/cli/', '^apps/dashboard/contract(?:\\.ts)?$', '^launch/[a-z-]+\\.mjs$', ...platform],
  },
  {
    what: 'an app',
    files: /^apps\/([^/]+)\/(?!web\/)/,
    may: ['^apps/$1/(?!web/)', '^apps/dashboard/contract(?:\\.ts)?$', '^apps/broker$', ...platform],
  },
  { what: 'errors', files: /^packages\/errors\//, may: ['^packages/errors/'], foreign: /^(?!)/ },
  {
    what: 'contract',
    files: /^packages\/contract\//,
    may: ['^packages/contract/', ...isomorphic],
    foreign: /^zod$/,
  },
  {
    what: 'the design system',
    files: /^packages\/ui\//,
    may: ['^packages/ui/', ...isomorphic],
    foreign: browser,
  },
  {
    what: 'a driver',
    files: /^packages\/([^/]+)\/drivers\/([^/]+)\//,
    may: ['^packages/$1/drivers/$2/', '^packages/$1/(?!drivers/)', ...platformOnly],
  },
  { what: 'test support', files: /^packages\/testing\//, may: ['^packages/', '^apps/[^/]+/testing\\.ts$'] },
  {
    what: 'a port',
    files: new RegExp(`^packages/(${ports})/`),
    may: ['^packages/$1(?:/|$)', ...platformOnly],
  },
  {
    what: 'a platform package',
    files: /^packages\/([^/]+)\//,
    may: ['^packages/$1(?:/|$)', ...platformOnly],
  },
];

/** Dependencies point one way. */
export const oneWay: FileRule = {
  name: 'one-way',
  check: (file) => {
    if (isTest(file.path)) return [];
    const found = findLayer(file.path);
    if (found === null) return [];
    const { layer, groups } = found;
    const may = layer.may.map(
      (pattern) => new RegExp(pattern.replace(/\$(\d)/g, (_, index) => groups[Number(index)] ?? '')),
    );
    return importsOf(file).flatMap(({ specifier, line }) => {
      const target = targetOf(file, specifier);
      const isOurs = /^(?:apps|packages|testbed|tools|bench|launch)(?:\/|$)/.test(target);
      const isAllowed = isOurs
        ? may.some((pattern) => pattern.test(target))
        : (layer.foreign ?? /^/).test(target);
      return isAllowed
        ? []
        : [{ path: file.path, line, message: `${layer.what} may not import ${specifier}` }];
    });
  },
};

function findLayer(path: string): { layer: Layer; groups: readonly string[] } | null {
  for (const layer of layers) {
    const groups = layer.files.exec(path);
    if (groups !== null) return { layer, groups };
  }
  return null;
}
