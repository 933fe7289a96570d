import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { composeOf, findingsOf } from './compose.ts';
import { NewContainer } from './contract.ts';
import { refuseContradictions } from './create.ts';

const wanted = (change: object = {}) => NewContainer.parse({ name: 'web', image: 'nginx:1.27', ...change });

test('a container with everything is a compose file with everything', async () => {
  const file = await composeOf(
    wanted({
      command: ['serve', '--fast'],
      environment: [{ name: 'A', value: 'b' }],
      ports: [
        { container: 80, published: 8080, address: '0.0.0.0' },
        { container: 53, published: null, protocol: 'udp', address: '::1' },
      ],
      mounts: [
        { type: 'bind', source: '/apps/web', target: '/data', isReadOnly: true },
        { type: 'volume', source: 'cache', target: '/cache' },
      ],
      networks: ['front'],
      restartPolicy: { name: 'on-failure', maximumRetries: 3 },
      memoryBytes: 104_857_600,
      cpus: 0.5,
      healthCheck: { command: ['curl', '-f', 'http://localhost'], startPeriodSeconds: 5 },
    }),
  );

  expect(parse(file)).toEqual({
    services: {
      web: {
        container_name: 'web',
        image: 'nginx:1.27',
        command: ['serve', '--fast'],
        environment: { A: 'b' },
        ports: ['0.0.0.0:8080:80', '[::1]::53/udp'],
        volumes: [
          { type: 'bind', source: '/apps/web', target: '/data', read_only: true },
          { type: 'volume', source: 'cache', target: '/cache' },
        ],
        networks: ['front'],
        restart: 'on-failure:3',
        mem_limit: 104_857_600,
        cpus: 0.5,
        healthcheck: {
          test: ['CMD', 'curl', '-f', 'http://localhost'],
          interval: '30s',
          timeout: '10s',
          retries: 3,
          start_period: '5s',
        },
      },
    },
    volumes: { cache: { name: 'cache' } },
    networks: { front: { name: 'front' } },
  });
});

test('whatever a value holds comes out of the file as it went in', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 200 }), async (value) => {
      const file = await composeOf(wanted({ environment: [{ name: 'A', value }] }));

      expect(parse(file).services.web.environment.A.replaceAll('$$', '$')).toBe(value);
    }),
    { numRuns: 300 },
  );
});

test('what the new container may do is told before it is made', () => {
  const keys = findingsOf(
    wanted({ ports: [{ container: 80, published: 80, address: '0.0.0.0' }], memoryBytes: 10_000_000 }),
  ).map(({ key }) => key);

  expect(keys).toContain('published-everywhere');
  expect(keys).not.toContain('no-memory-limit');
});

test.each([
  [
    'a path outside the app directories',
    { mounts: [{ type: 'bind', source: '/etc', target: '/x' }] },
    'mounts.0.source',
  ],
  [
    'a path that climbs out',
    { mounts: [{ type: 'bind', source: '/apps/../etc', target: '/x' }] },
    'mounts.0.source',
  ],
  [
    'a sibling of the app directory',
    { mounts: [{ type: 'bind', source: '/apps2', target: '/x' }] },
    'mounts.0.source',
  ],
  [
    'a volume that is a path',
    { mounts: [{ type: 'volume', source: '../x', target: '/x' }] },
    'mounts.0.source',
  ],
  [
    'one place twice',
    {
      mounts: [
        { type: 'volume', source: 'aa', target: '/x' },
        { type: 'volume', source: 'bb', target: '/x' },
      ],
    },
    'mounts.1.target',
  ],
  [
    'one port twice',
    {
      ports: [
        { container: 80, published: 80 },
        { container: 81, published: 80 },
      ],
    },
    'ports.1.published',
  ],
  [
    'one name twice',
    {
      environment: [
        { name: 'A', value: '1' },
        { name: 'A', value: '2' },
      ],
    },
    'environment.1.name',
  ],
])('%s is refused at its field', (_what, change, path) => {
  const refuse = () => refuseContradictions(wanted(change), ['/apps']);

  expect(refuse).toThrow(
    expect.objectContaining({
      code: 'BAD_INPUT',
      fields: [expect.objectContaining({ path: `body.${path}` })],
    }),
  );
});
