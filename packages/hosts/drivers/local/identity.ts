import type { HostIdentity } from '../../index.ts';
import { parseCpuModel, parseStat } from './cpu.ts';
import type { Tree } from './tree.ts';

/** Who the machine is, and whether we look at it from inside a container. */
export function readIdentity(tree: Tree, architecture: string): HostIdentity {
  const stat = parseStat(tree.text('/proc/stat') ?? '');
  return {
    hostname: tree.text('/proc/sys/kernel/hostname')?.trim() || 'localhost',
    os: parseOs(tree.text('/etc/os-release')),
    kernel: tree.text('/proc/sys/kernel/osrelease')?.trim() || 'unknown',
    architecture,
    cpuModel: parseCpuModel(tree.text('/proc/cpuinfo')),
    cores: Math.max(1, stat.cores.length),
    bootedAt: stat.bootedAt,
    bootId: tree.text('/proc/sys/kernel/random/boot_id')?.trim() ?? null,
    container: containerOf(tree),
  };
}

/** The name from `/etc/os-release` (os-release(5)); values may be quoted. */
export function parseOs(text: string | null): string {
  const of = (name: string) =>
    new RegExp(`^${name}=(?:"([^"\\n]*)"|'([^'\\n]*)'|(.*))$`, 'm')
      .exec(text ?? '')
      ?.slice(1)
      .find((value) => value !== undefined && value !== '');
  return of('PRETTY_NAME') ?? of('NAME') ?? 'Linux';
}

/** What kind of container we run in, by the marks that engines leave and the first process's control group; null for none. */
function containerOf(tree: Tree): string | null {
  const mark = tree.text('/run/systemd/container')?.trim();
  if (mark !== undefined && mark !== '') return mark;
  if (tree.text('/run/.containerenv') !== null) return 'podman';
  const named = /(docker|libpod|lxc|kubepods|containerd)/.exec(tree.text('/proc/1/cgroup') ?? '')?.[1];
  if (named !== undefined) return named === 'libpod' ? 'podman' : named;
  const isOverlay = /^\d+ \d+ \S+ \S+ \/ .* - overlay /m.test(tree.text('/proc/self/mountinfo') ?? '');
  if (!isOverlay) return null;
  return tree.text('/.dockerenv') === null ? 'container' : 'docker';
}
