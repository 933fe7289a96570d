import { type Ground, type HostileCase, create } from './case.ts';

/** Binds and mounts that lead out of the app directory. */
export function pathCases({ root, engineSocket }: Ground): HostileCase[] {
  const sources = [
    '/',
    '//',
    '/etc',
    '/root',
    '/var/run',
    '/var/run/docker.sock',
    '/run/docker.sock',
    '/proc',
    '/sys',
    '/dev',
    '/proc/1/root',
    '/proc/self/root',
    engineSocket,
    `${root}-beside`,
    `${root}/..`,
    `${root}/../`,
    `${root}/.`,
    `${root}/./x`,
    `${root}//x`,
    `${root}/inside/../../..`,
    `${root}/to-root`,
    `${root}/to-root/etc`,
    `${root}/to-etc`,
    `${root}/to-nothing`,
    `${root}/to-nothing/x`,
    `${root}/inside/up`,
    `${root}/a-socket`,
    `${root}/to-socket`,
    `${root}/loop`,
    `${root}/\n/x`,
    './relative',
    '../relative',
    '~',
    '~/x',
    '-',
    ' /etc',
    '/etc/shadow',
    '/etc/localtime/../shadow',
  ];
  return sources
    .flatMap((source) => [
      create(`bind of ${source}`, { HostConfig: { Binds: [`${source}:/x`] } }),
      create(`read-only bind of ${source}`, { HostConfig: { Binds: [`${source}:/x:ro`] } }),
      create(`bind mount of ${source}`, {
        HostConfig: { Mounts: [{ Type: 'bind', Source: source, Target: '/x' }] },
      }),
    ])
    .concat([
      create('writable bind of a harmless file', { HostConfig: { Binds: ['/etc/localtime:/x'] } }),
      create('bind with shared propagation', { HostConfig: { Binds: [`${root}/inside:/x:rshared`] } }),
      create('bind with an unknown option', { HostConfig: { Binds: [`${root}/inside:/x:ro,exec`] } }),
      create('bind in four parts', { HostConfig: { Binds: [`${root}/inside:/x:ro:/y`] } }),
      create('bind without target', { HostConfig: { Binds: [`${root}/inside:`] } }),
      create('bind that is no text', { HostConfig: { Binds: [{ Source: '/' }] } }),
      create('binds that are a text', { HostConfig: { Binds: '/:/x' } }),
      create('mount with shared propagation', {
        HostConfig: {
          Mounts: [
            { Type: 'bind', Source: `${root}/inside`, Target: '/x', BindOptions: { Propagation: 'shared' } },
          ],
        },
      }),
      create('mount without type', { HostConfig: { Mounts: [{ Source: '/', Target: '/x' }] } }),
      create('mount with a type in capitals', {
        HostConfig: { Mounts: [{ Type: 'BIND', Source: '/', Target: '/x' }] },
      }),
      create('mount of a named pipe', {
        HostConfig: { Mounts: [{ Type: 'npipe', Source: '/x', Target: '/x' }] },
      }),
      create('mount of a cluster volume', {
        HostConfig: { Mounts: [{ Type: 'cluster', Source: 'x', Target: '/x' }] },
      }),
      create('mount of an image', { HostConfig: { Mounts: [{ Type: 'image', Source: 'x', Target: '/x' }] } }),
      create('volume mount with a path as source', {
        HostConfig: { Mounts: [{ Type: 'volume', Source: '/', Target: '/x' }] },
      }),
      create('tmpfs mount with a source', {
        HostConfig: { Mounts: [{ Type: 'tmpfs', Source: '/', Target: '/x' }] },
      }),
      create('tmpfs mount with options', {
        HostConfig: { Mounts: [{ Type: 'tmpfs', Target: '/x', TmpfsOptions: { Options: [['dev']] } }] },
      }),
      create('volume mount whose driver binds', {
        HostConfig: {
          Mounts: [
            {
              Type: 'volume',
              Source: 'new',
              Target: '/x',
              VolumeOptions: {
                DriverConfig: { Name: 'local', Options: { type: 'none', o: 'bind', device: '/' } },
              },
            },
          ],
        },
      }),
      create('volume mount with a foreign driver', {
        HostConfig: {
          Mounts: [{ Type: 'volume', Target: '/x', VolumeOptions: { DriverConfig: { Name: 'evil' } } }],
        },
      }),
      create('volume mount whose sub-path climbs out', {
        HostConfig: {
          Mounts: [{ Type: 'volume', Source: 'v', Target: '/x', VolumeOptions: { Subpath: 'a/../../..' } }],
        },
      }),
      create('source in small letters beside a harmless one', {
        HostConfig: { Mounts: [{ Type: 'bind', Source: `${root}/inside`, source: '/', Target: '/x' }] },
      }),
      create('anonymous volume that is a bind', { Volumes: { '/:/host': {} } }),
    ]);
}
