import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join, resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Where the API listens while the pages are served by Vite's own server. */
const apiOrigin = 'http://127.0.0.1:5000';

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [react(), tailwindcss(), themeBeforePaint(), preloadFont(), precompress()],
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
            // One request instead of twenty for what several pages have in common.
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

/**
 * Puts the theme on the page before its first paint: a small script of its own that the page waits for. Inline it would need a
 * hole in the content security policy.
 */
function themeBeforePaint(): Plugin {
  const source = join(import.meta.dirname, 'shell', 'theme-start.ts');
  let file = '';
  return {
    name: 'theme-before-paint',
    buildStart() {
      if (this.meta.watchMode || this.environment.mode !== 'build') return;
      file = this.emitFile({
        type: 'asset',
        name: 'theme-start.js',
        source: `{${stripTypeScriptTypes(readFileSync(source, 'utf8'), { mode: 'strip' }).replace(/^\s*\/\/.*$/gm, '')}}`,
      });
    },
    transformIndexHtml: {
      order: 'post',
      handler(_html, { server }) {
        const attrs =
          server === undefined
            ? { src: `/${this.getFileName(file)}` }
            : { type: 'module', src: '/shell/theme-start.ts' };
        return [{ tag: 'script', attrs, injectTo: 'head-prepend' as const }];
      },
    },
  };
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
