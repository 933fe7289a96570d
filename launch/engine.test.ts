import { expect, test } from 'vitest';
import { findEngine } from './engine.mjs';

test.each([
  ['the flag before all', { flag: '/a.sock', env: { DOCKER_HOST: 'unix:///b.sock' } }, '/a.sock'],
  [
    'DOCKER_HOST when it is a unix socket',
    { flag: undefined, env: { DOCKER_HOST: 'unix:///b.sock' } },
    '/b.sock',
  ],
  ['the usual place otherwise', { flag: undefined, env: {} }, '/var/run/docker.sock'],
])('the engine is looked for at %s', (_, asked, socket) => {
  expect(findEngine({ ...asked, isRoot: true })).toEqual({ socket, note: undefined });
});

test('a DOCKER_HOST on the network is told, not followed', () => {
  const { socket, note } = findEngine({
    flag: undefined,
    env: { DOCKER_HOST: 'tcp://10.0.0.5:2375' },
    isRoot: true,
  });
  expect(socket).toBe('/var/run/docker.sock');
  expect(note).toContain('DOCKER_HOST=tcp://10.0.0.5:2375 is not a unix socket');
});
