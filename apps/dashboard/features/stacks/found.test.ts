import { fakeDocker } from '@nebula/docker/fake';
import { expect, test } from 'vitest';
import { createFinder } from './found.ts';

test('a container whose project has no name is of no stack', async () => {
  const docker = fakeDocker(() => new Date());
  const of = (project: string) => ({ labels: { 'com.docker.compose.project': project } });
  docker.put({ id: 'a'.repeat(64), name: 'nameless', ...of('') });
  docker.put({ id: 'b'.repeat(64), name: 'named', ...of('shop') });

  const found = await createFinder({ docker, roots: ['/nonexistent/apps'] }).all(AbortSignal.timeout(20_000));

  expect(found.map(({ name }) => name)).toEqual(['shop']);
});
