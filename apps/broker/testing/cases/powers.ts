import { type HostileCase, create, createText, post } from './case.ts';

/** Fields of `HostConfig` that give power over the machine. */
const powers: [string, unknown][] = [
  ['Privileged', true],
  ['PidMode', 'host'],
  ['PidMode', 'container:plain'],
  ['IpcMode', 'host'],
  ['IpcMode', 'container:plain'],
  ['UTSMode', 'host'],
  ['UsernsMode', 'host'],
  ['CgroupnsMode', 'host'],
  ['Cgroup', 'container:plain'],
  ['NetworkMode', 'host'],
  ['NetworkMode', 'e'.repeat(64)],
  ['NetworkMode', 'e'.repeat(12)],
  ['NetworkMode', 'container:plain'],
  ['NetworkMode', 'ns:/proc/1/ns/net'],
  ['CapAdd', ['SYS_ADMIN']],
  ['CapAdd', ['ALL']],
  ['CapAdd', ['CAP_SYS_PTRACE']],
  ['CapAdd', ['NET_ADMIN', 'CHOWN']],
  ['CapAdd', ['CHOWN']],
  ['Devices', [{ PathOnHost: '/dev/sda', PathInContainer: '/dev/sda', CgroupPermissions: 'rwm' }]],
  ['DeviceRequests', [{ Driver: 'nvidia', Count: -1, Capabilities: [['gpu']] }]],
  ['DeviceCgroupRules', ['a *:* rwm']],
  ['BlkioWeightDevice', [{ Path: '/dev/sda', Weight: 10 }]],
  ['BlkioDeviceReadBps', [{ Path: '/dev/sda', Rate: 1 }]],
  ['SecurityOpt', ['seccomp=unconfined']],
  ['SecurityOpt', ['apparmor=unconfined']],
  ['SecurityOpt', ['label=disable']],
  ['SecurityOpt', ['systempaths=unconfined']],
  ['SecurityOpt', ['no-new-privileges:true', 'seccomp=unconfined']],
  ['SecurityOpt', ['no-new-privileges:false']],
  ['Sysctls', { 'kernel.core_pattern': '|/bin/sh' }],
  ['Sysctls', { 'net.ipv4.ip_forward': '1' }],
  ['CgroupParent', '/system.slice'],
  ['Runtime', 'evil'],
  ['Annotations', { 'run.oci.handler': 'krun' }],
  ['OomScoreAdj', -1000],
  ['OomKillDisable', true],
  ['CpuRealtimeRuntime', 950000],
  ['MaskedPaths', []],
  ['ReadonlyPaths', []],
  ['MaskedPaths', ['/proc/kcore']],
  ['VolumesFrom', ['withroot']],
  ['VolumeDriver', 'evil'],
  ['Tmpfs', { '/x': 'rw,suid,dev' }],
  ['Tmpfs', { '/x': 'bind' }],
  ['LogConfig', { Type: 'syslog', Config: { 'syslog-address': 'unix:///var/run/docker.sock' } }],
  ['LogConfig', { Type: 'fluentd', Config: {} }],
  ['LogConfig', { Type: 'json-file', Config: { 'syslog-address': 'tcp://1.2.3.4' } }],
  ['Isolation', 'hyperv'],
  ['StorageOpt', { 'dm.basesize': '1' }],
  ['Unknown', true],
];

/** Power over the machine in `HostConfig`, on create and update, in every spelling. */
export function powerCases(): HostileCase[] {
  return powers.flatMap(([field, value]) => {
    const label = `${field}=${JSON.stringify(value)}`.slice(0, 60);
    const text = JSON.stringify(value);
    const lower = field.toLowerCase();
    return [
      create(`create with ${label}`, { HostConfig: { [field]: value } }),
      create(`create with ${label} in small letters`, { HostConfig: { [lower]: value } }),
      create(`create with ${label} at the top, where old engines read it too`, { [field]: value }),
      createText(
        `create with ${label} given twice`,
        `{"Image":"i","HostConfig":{"${field}":null,"${field}":${text}}}`,
      ),
      createText(
        `create with ${label} behind a harmless twin in other letters`,
        `{"Image":"i","HostConfig":{"${field}":null,"${lower}":${text}}}`,
      ),
      createText(
        `create with ${label} in a second HostConfig`,
        `{"Image":"i","HostConfig":{},"hostconfig":{"${field}":${text}}}`,
      ),
      post(`update with ${label}`, '/v1.41/containers/plain/update', { [field]: value }),
    ];
  });
}
