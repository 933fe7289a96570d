/** Test files of the project, as globs from its root: fast ones, those with other processes, and those in a browser. */
export const testFiles = [
  '{apps,packages,launch,testbed,tools,bench}/**/*.test.ts',
  '{apps,packages,launch,testbed,tools,bench}/**/*.e2e.ts',
];
