import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireProgram } from './run.ts';
import type { SystemdPlan } from './systemd.ts';

// Runs twice: on the machine it enters a control group and becomes `unshare`; in the new namespaces, as their first process, it
// makes the mounts of a small machine and becomes systemd.
const text = process.argv[2] ?? '';
const plan: SystemdPlan = JSON.parse(text);
if (process.argv[3] === 'inside') becomeSystemd(plan);
else becomeUnshare(plan);

function becomeUnshare({ groups, group }: SystemdPlan): void {
  const path = join(groups, group);
  mkdirSync(path);
  writeFileSync(join(path, 'cgroup.procs'), String(process.pid));
  become([
    ...[requireProgram('unshare'), '--pid', '--fork', '--kill-child', '--mount', '--mount-proc'],
    ...['--cgroup', '--uts', '--ipc', '--'],
    ...[process.execPath, '--disable-warning=ExperimentalWarning', import.meta.filename, text, 'inside'],
  ]);
}

function becomeSystemd({ dir }: SystemdPlan): void {
  // What systemd sets for a machine it runs must not reach this one.
  mount('--bind', '/proc/sys', '/proc/sys');
  mount('-o', 'remount,bind,ro', '/proc/sys');
  mount('--bind', '/dev/null', '/dev/kmsg');
  mount('-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', '/run');
  mount('-t', 'tmpfs', 'tmpfs', '/sys/fs/cgroup');
  mount('-t', 'cgroup2', 'cgroup2', '/sys/fs/cgroup');
  become(
    [
      ...['/lib/systemd/systemd', '--system', '--unit=machine.target', '--log-target=console'],
      '--show-status=no',
    ],
    {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      // Keeps it from looking after devices, clock and boot.
      container: 'nebula-testbed',
      SYSTEMD_UNIT_PATH: join(dir, 'units'),
    },
  );
}

function mount(...args: string[]): void {
  const { status, stderr } = spawnSync(requireProgram('mount'), args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`mount ${args.join(' ')}: ${stderr}`);
}

function become(argv: string[], env: NodeJS.ProcessEnv = process.env): void {
  const [program = ''] = argv;
  process.execve?.(program, argv, env);
}
