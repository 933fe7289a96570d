import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseReference, registryName, registryOrigin } from './reference.ts';

const digest = `sha256:${'a'.repeat(64)}`;

test.each([
  ['nginx', 'docker.io', 'library/nginx', 'latest', null],
  ['nginx:1.27', 'docker.io', 'library/nginx', '1.27', null],
  ['linuxserver/plex', 'docker.io', 'linuxserver/plex', 'latest', null],
  ['docker.io/nginx', 'docker.io', 'library/nginx', 'latest', null],
  ['index.docker.io/library/nginx:1', 'docker.io', 'library/nginx', '1', null],
  ['ghcr.io/owner/app:v2', 'ghcr.io', 'owner/app', 'v2', null],
  ['localhost/app', 'localhost', 'app', 'latest', null],
  ['localhost:5000/app:x', 'localhost:5000', 'app', 'x', null],
  ['nas.home:5000/a/b/c', 'nas.home:5000', 'a/b/c', 'latest', null],
  [`nginx@${digest}`, 'docker.io', 'library/nginx', 'latest', digest],
  [`ghcr.io/o/a:1@${digest}`, 'ghcr.io', 'o/a', '1', digest],
])('%s is read as the engine reads it', (name, registry, repository, tag, pinned) => {
  expect(parseReference(name)).toEqual({ registry, repository, tag, digest: pinned });
});

test.each([
  digest,
  'a'.repeat(64),
  '',
  '../../etc/passwd',
  'UPPER/case',
  'a b',
  'x@sha256:short',
  'x:<script>',
  `x:${'t'.repeat(200)}`,
  'a//b',
  '<img src=x>',
])('%s is no name of an image', (name) => {
  expect(parseReference(name)).toBe(null);
});

test('whatever the name, what comes out can stand in a path', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 80 }), (name) => {
      const found = parseReference(name);
      if (found === null) return;
      expect(`${found.repository}/${found.tag}`).toMatch(/^[a-z0-9._/-]+\/[\w.-]+$/);
      expect(found.repository.split('/')).not.toContain('..');
    }),
  );
});

test('plain HTTP is for registries on this machine only', () => {
  expect(registryOrigin('127.0.0.1:5000').origin).toBe('http://127.0.0.1:5000');
  expect(registryOrigin('localhost').origin).toBe('http://localhost');
  for (const other of ['nas.home:5000', '127.0.0.1.evil.example', 'localhost.evil', '10.0.0.1'])
    expect(registryOrigin(other)).toEqual({ origin: `https://${other}`, isOnThisMachine: false });
  expect(registryName('Index.Docker.io')).toBe('docker.io');
});
