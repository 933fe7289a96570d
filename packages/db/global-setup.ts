import type { TestProject } from 'vitest/node';
import { startTestCluster } from './test-cluster.ts';
import type { TestCluster } from './testing.ts';

/** Starts the PostgreSQL of the test run; suites reach it with `inject('postgres')` and clone their own database. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cluster = await startTestCluster();
  const connection = cluster.postgres.connection('postgres');
  if (!('socketDir' in connection)) throw new TypeError('the embedded database is reached by its socket');
  const { socketDir, user, password } = connection;
  project.provide('postgres', { socketDir, user, password });
  return async () => await cluster[Symbol.asyncDispose]();
}

declare module 'vitest' {
  interface ProvidedContext {
    postgres: TestCluster;
  }
}
