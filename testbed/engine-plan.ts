import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { controlGroupOf } from './control-groups.ts';
import { findProgram, programFolders, requireProgram, run } from './run.ts';

/** What the first program in an engine's namespaces starts, written to a file for it. */
export interface EnginePlan {
  dir: string;
  env: Record<string, string>;
  containerd: string[];
  dockerd: string[];
}

/** A line to the first program; `id` comes back in its `done`. */
export type EngineCommand = { id: number; do: 'stop'; signal: NodeJS.Signals } | { id: number; do: 'start' };

/** A line from the first program. */
export type EngineEvent =
  | { event: 'started' }
  | { event: 'ended'; name: string; code: number | null; message?: string }
  | { event: 'done'; id: number };

/** Unix socket of the engine in this folder. */
export function socketOf(dir: string): string {
  return join(dir, 'docker.sock');
}

/** Writes the configuration of an engine into its folder and answers what has to run. */
export async function writePlan(dir: string): Promise<EnginePlan> {
  const containerdSocket = join(dir, 'containerd', 'containerd.sock');
  mkdirSync(join(dir, 'containerd'));
  writeFileSync(
    join(dir, 'containerd.toml'),
    [
      'version = 2',
      `root = ${JSON.stringify(join(dir, 'containerd', 'root'))}`,
      `state = ${JSON.stringify(join(dir, 'containerd', 'state'))}`,
      // The second one makes a folder in the host's /opt.
      'disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]',
      '[grpc]',
      `address = ${JSON.stringify(containerdSocket)}`,
      '',
    ].join('\n'),
  );
  writeFileSync(join(dir, 'daemon.json'), '{}');
  const shims = await writeShims(join(dir, 'bin'));
  const env = {
    PATH: [shims, ...programFolders()].join(':'),
    HOME: dir,
    // Makes dockerd leave the machine's AppArmor profiles alone.
    container: 'nebula-testbed',
  };
  return {
    dir,
    env,
    containerd: [
      requireProgram('containerd'),
      '--config',
      join(dir, 'containerd.toml'),
      '--log-level',
      'warn',
    ],
    dockerd: [
      requireProgram('dockerd'),
      ...['--config-file', join(dir, 'daemon.json')],
      ...['--host', `unix://${socketOf(dir)}`, '--group', 'root'],
      ...[
        '--data-root',
        join(dir, 'data'),
        '--exec-root',
        join(dir, 'exec'),
        '--pidfile',
        join(dir, 'docker.pid'),
      ],
      ...['--containerd', containerdSocket],
      ...['--cgroup-parent', `/${controlGroupOf(dir)}`, '--exec-opt', 'native.cgroupdriver=cgroupfs'],
      ...['--shutdown-timeout', '3'],
    ],
  };
}

/** The docker client that belongs to the engine's release; a newer one elsewhere may refuse an older engine. */
export function dockerClient(): string {
  return findProgram('docker', [dirname(requireProgram('dockerd')), '/usr/bin']) ?? requireProgram('docker');
}

/**
 * Programs that the engine finds first: iptables in the variant this kernel supports, without touching the machine's
 * alternatives, and a modprobe that loads nothing, because br_netfilter would change how the host's bridges filter.
 */
async function writeShims(folder: string): Promise<string> {
  mkdirSync(folder);
  const legacy = (await run([requireProgram('iptables-legacy'), '-t', 'nat', '-S'])).code === 0;
  for (const name of ['iptables', 'ip6tables']) {
    const target = findProgram(`${name}-${legacy ? 'legacy' : 'nft'}`);
    if (target !== null) symlinkSync(target, join(folder, name));
  }
  symlinkSync(requireProgram('true'), join(folder, 'modprobe'));
  return folder;
}
