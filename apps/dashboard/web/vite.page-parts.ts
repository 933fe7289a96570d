import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

const dashboard = join(import.meta.dirname, '..');

/**
 * Writes which files each page of the features consists of into the page, for shell/start.ts: otherwise a browser learns of
 * them only after it has run all that comes first.
 */
export function pageParts(): Plugin {
  return {
    name: 'page-parts',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle = {} }) {
        const chunks = Object.values(bundle).filter((part) => part.type === 'chunk');
        const filesOf = (module: string) => {
          const chunk = chunks.find(({ facadeModuleId }) => facadeModuleId === module);
          if (chunk === undefined) throw new Error(`${module} is a page without a file of its own.`);
          return [chunk.fileName, ...chunk.imports].filter((file) => !html.includes(file));
        };
        const declared = globSync(['features/*/web/index.ts', 'web/shell/own-pages.ts'], { cwd: dashboard });
        const parts = declared.flatMap((file) =>
          pagesIn(join(dashboard, file)).map(({ path, module }) => [path, filesOf(module)] as const),
        );
        const children = JSON.stringify(Object.fromEntries(parts));
        const attrs = { type: 'application/json', id: 'page-parts' };
        return [{ tag: 'script', attrs, children, injectTo: 'head-prepend' as const }];
      },
    },
  };
}

/** The pages that a file declares, each with the module that has its code: in its list of routes, a `path` and an `import`. */
function pagesIn(file: string): { path: string; module: string }[] {
  const [routes = ''] =
    /^( *)(routes: \[|export const \w+: PageRoute\[\])[^]*?^\1\]/m.exec(readFileSync(file, 'utf8')) ?? [];
  const [, ...pages] = routes.split(/\bpath: (?=')/);
  if (pages.length !== routes.split('import(').length - 1)
    throw new Error(`${file} declares pages in another way.`);
  return pages.map((page) => {
    const [, path = '', module = ''] = /^'([^']+)'[^]*\bimport\('([^']+)'\)/.exec(page) ?? [];
    return { path, module: join(dirname(file), module) };
  });
}
