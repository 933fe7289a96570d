import { defineConfig } from 'vitest/config';
import { PlainReporter } from './tools/reporter.ts';
import { testFiles } from './tools/test-files.ts';

export default defineConfig({
  test: {
    include: testFiles,
    exclude: ['**/node_modules/**', '**/dist/**', 'tools/fixtures/**'],
    reporters: ['default', new PlainReporter()],
    globalSetup: ['./packages/db/global-setup.ts', './testbed/global-setup.ts'],
    // Style sheets are read as text where a test asks for them with ?raw, and are empty otherwise.
    css: { include: [/\?raw$/] },
    runner: './tools/test-runner.ts',
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 240_000,
  },
});
