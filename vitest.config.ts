import { defineConfig } from 'vitest/config';
import { PlainReporter } from './tools/reporter.ts';

export default defineConfig({
  test: {
    include: ['{apps,packages,launch,testbed,tools,bench}/**/*.{test,integration.test,e2e}.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', 'tools/fixtures/**'],
    reporters: ['default', new PlainReporter()],
    globalSetup: ['./packages/db/global-setup.ts', './testbed/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
