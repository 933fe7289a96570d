import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{apps,packages,launch,testbed,tools,bench}/**/*.{test,integration.test,e2e}.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', 'tools/fixtures/**'],
    reporters: ['default', './tools/reporter.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
