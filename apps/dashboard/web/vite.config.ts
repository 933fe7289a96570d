import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, minify, type Plugin, type Rolldown, transformWithOxc } from 'vite';
import { pageParts } from './vite.page-parts.ts';

/** Where the API listens while the pages are served by Vite's own server. */
const apiOrigin = 'http://127.0.0.1:5000';

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [
    react(),
    tailwindcss(),
    startBeforePaint(),
    pageParts(),
    preloadFont(),
    serviceWorker(),
    precompress(),
  ],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // Changes with dependencies only, so that browsers keep it over our updates.
            { name: 'vendor', test: /node_modules\/(react|react-dom|scheduler|@tanstack)\// },
            // One request instead of twenty for what every page needs, and for what several have in common.
            {
              debugName: 'first',
              name: (id, graph) => (isFirst(id, graph) ? 'first' : null),
              test: /^(?!.*(packages\/ui\/|lucide-react))/,
            },
            { name: 'common', test: /packages\/ui\/|lucide-react/, minShareCount: 3 },
          ],
        },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    port: 5173,
    proxy: { '/api': { target: apiOrigin, changeOrigin: true, headers: { origin: apiOrigin } } },
  },
});

let first: Set<string> | undefined;

/** Whether a module comes with the first page: everything that is imported without waiting for it. */
function isFirst(id: string, graph: ModuleGraph): boolean {
  first ??= importedBy(join(import.meta.dirname, 'main.tsx'), graph);
  return first.has(id);
}

function importedBy(from: string, graph: ModuleGraph): Set<string> {
  const found = new Set([from]);
  for (const id of found) for (const next of graph.getModuleInfo(id)?.importedIds ?? []) found.add(next);
  return found;
}

interface ModuleGraph {
  getModuleInfo(id: string): { importedIds: readonly string[] } | null;
}

/**
 * Puts the theme on the page before its first paint, and asks for the parts of the page in the address: a small script of its
 * own that the page waits for. Inline it would need a hole in the content security policy.
 */
function startBeforePaint(): Plugin {
  const source = join(import.meta.dirname, 'shell', 'start.ts');
  let file = '';
  return {
    name: 'start-before-paint',
    async buildStart() {
      if (this.environment.mode !== 'build') return;
      file = this.emitFile({ type: 'asset', name: 'start.js', source: await scriptOf(source) });
    },
    transformIndexHtml: {
      order: 'post',
      handler(_html, { server }) {
        const attrs =
          server === undefined
            ? { src: `/${this.getFileName(file)}` }
            : { type: 'module', src: '/shell/start.ts' };
        return [{ tag: 'script', attrs, injectTo: 'head-prepend' as const }];
      },
    },
  };
}

/** Writes sw.js, which keeps the program itself: the page and every part of it, under a version made of their names. */
function serviceWorker(): Plugin {
  const source = join(import.meta.dirname, 'service-worker.ts');
  const open = ['/', '/favicon.svg', '/manifest.webmanifest', '/icon-192.png'];
  return {
    name: 'service-worker',
    apply: 'build',
    generateBundle: {
      order: 'post',
      async handler(_options, bundle) {
        const parts = Object.keys(bundle).filter(
          (name) => name.startsWith('assets/') && !name.endsWith('.map'),
        );
        const digests = Object.values(bundle).map((part) =>
          createHash('sha256').update(textOf(part)).digest('hex'),
        );
        const version = createHash('sha256').update(digests.sort().join()).digest('hex').slice(0, 12);
        const files = [...open, ...parts.sort().map((name) => `/${name}`)];
        const program = `const program = ${JSON.stringify({ version, files })};`;
        this.emitFile({ type: 'asset', fileName: 'sw.js', source: program + (await scriptOf(source)) });
      },
    },
  };
}

/** A TypeScript file without imports as a classic script. */
async function scriptOf(path: string): Promise<string> {
  const { code } = await transformWithOxc(readFileSync(path, 'utf8'), path);
  const { code: small } = await minify(path, `{${code}}`, { module: false });
  return small;
}

/** Fetches the text face with the page, so that words do not change their shape later. */
function preloadFont(): Plugin {
  return {
    name: 'preload-font',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle }) =>
        Object.keys(bundle ?? {})
          .filter((file) => file.endsWith('.woff2'))
          .map((file) => ({
            tag: 'link',
            attrs: { rel: 'preload', as: 'font', type: 'font/woff2', href: `/${file}`, crossorigin: '' },
            injectTo: 'head' as const,
          })),
    },
  };
}

/** What a part of the build consists of. */
function textOf(part: Rolldown.OutputAsset | Rolldown.OutputChunk): string | Uint8Array {
  return part.type === 'chunk' ? part.code : part.source;
}

/** Writes a .br and a .gz beside each text file that is large enough to gain, so that the server compresses nothing. */
function precompress(): Plugin {
  let outDir = '';
  return {
    name: 'precompress',
    apply: 'build',
    configResolved(config) {
      outDir = resolve(config.root, config.build.outDir);
    },
    closeBundle() {
      for (const entry of readdirSync(outDir, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !/\.(js|css|html|svg|json)$/.test(entry.name)) continue;
        const path = join(entry.parentPath, entry.name);
        const bytes = readFileSync(path);
        if (bytes.length < 1024) continue;
        writeFileSync(
          `${path}.br`,
          brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
        );
        writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
      }
    },
  };
}
