import { defineConfig } from 'vitest/config';
import { PlainReporter } from './tools/reporter.ts';
import { testFiles } from './tools/test-files.ts';

export default defineConfig({
  test: {
    include: testFiles,
    exclude: ['**/node_modules/**', '**/dist/**', 'tools/fixtures/**'],
    reporters: ['default', new PlainReporter()],
    globalSetup: ['./packages/db/global-setup.ts', './testbed/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
