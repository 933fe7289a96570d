import { existsSync } from 'node:fs';
import { readFile, readlink } from 'node:fs/promises';
import { type Check, type Finding, ok, problem, systemCode, unknown, warning } from '../check.ts';

/** Limits of the kernel that many containers run into. */
export interface KernelLimits {
  inotifyInstances: number;
  inotifyWatches: number;
  filesUsed: number;
  filesMost: number;
}

/** Limits of the kernel for watched and open files. */
export const kernel: Check = {
  id: 'kernel',
  area: 'Machine',
  title: 'Kernel limits',
  meaning:
    'Programs that watch files or open many fail oddly ("no space left", "too many open files") at these limits.',
  async look() {
    const number = async (name: string) => Number((await readFile(`/proc/sys/fs/${name}`, 'utf8')).trim());
    const [used = '', , most = ''] = (await readFile('/proc/sys/fs/file-nr', 'utf8')).trim().split(/\s+/);
    return judgeKernel({
      inotifyInstances: await number('inotify/max_user_instances'),
      inotifyWatches: await number('inotify/max_user_watches'),
      filesUsed: Number(used),
      filesMost: Number(most),
    });
  },
};

/** The verdict on limits of the kernel. */
export function judgeKernel(limits: KernelLimits): Finding {
  const { inotifyInstances, inotifyWatches, filesUsed, filesMost } = limits;
  const share = Math.round((filesUsed / Math.max(1, filesMost)) * 100);
  const detail = `inotify: ${inotifyInstances} instances, ${inotifyWatches} watches per user; ${filesUsed} files are open (${share} % of what is allowed).`;
  if (share >= 90) {
    return problem(detail, 'Find who holds them (`lsof | head`), or raise fs.file-max with sysctl.');
  }
  const low = [
    inotifyInstances < 128 ? 'fs.inotify.max_user_instances=512' : '',
    inotifyWatches < 65_536 ? 'fs.inotify.max_user_watches=524288' : '',
  ].filter((setting) => setting !== '');
  if (low.length === 0) return ok(detail);
  return warning(
    detail,
    `Write ${low.join(' and ')} into /etc/sysctl.d/60-nebula.conf, then \`sysctl --system\`.`,
  );
}

/** How the machine keeps itself up to date. */
export interface UpdateFacts {
  /** apt's own settings; null when this is no machine with apt. */
  aptSettings: string | null;
  needsReboot: boolean;
  /** Packages that ask for a restart. */
  rebootFor: string[];
}

/** Whether security updates come by themselves, and whether some wait for a restart of the machine. */
export const updates: Check = {
  id: 'updates',
  area: 'Machine',
  title: 'System updates',
  meaning: 'Known holes are closed by updates only, those of the kernel by a restart only.',
  async look() {
    const packages = await textOrNull('/run/reboot-required.pkgs');
    return judgeUpdates({
      aptSettings: existsSync('/usr/bin/apt-get')
        ? ((await textOrNull('/etc/apt/apt.conf.d/20auto-upgrades')) ?? '')
        : null,
      needsReboot: existsSync('/run/reboot-required'),
      rebootFor: [...new Set((packages ?? '').split('\n').filter((line) => line !== ''))],
    });
  },
};

/** The verdict on how the machine keeps itself up to date. */
export function judgeUpdates({ aptSettings, needsReboot, rebootFor }: UpdateFacts): Finding {
  if (needsReboot) {
    const why = rebootFor.length === 0 ? '' : ` (${rebootFor.slice(0, 4).join(', ')})`;
    return warning(
      `Updates wait for a restart of the machine${why}.`,
      'Restart it when it suits you: `systemctl reboot`.',
    );
  }
  if (aptSettings === null) return unknown('This machine has no apt, so its updates are not known.');
  if (/^\s*APT::Periodic::Unattended-Upgrade\s+"[1-9]\d*";/m.test(aptSettings)) {
    return ok('Security updates are installed by themselves; none waits for a restart.');
  }
  return warning(
    'Security updates are not installed by themselves.',
    'Turn them on: `apt install unattended-upgrades` and `dpkg-reconfigure -plow unattended-upgrades`.',
  );
}

/** The machine's time zone, and what this process takes for it. */
export interface ZoneFacts {
  /** From /etc/localtime; null when it does not say. */
  machine: string | null;
  process: string;
}

/** The time zone of the machine. */
export const timeZone: Check = {
  id: 'time-zone',
  area: 'Machine',
  title: 'Time zone',
  meaning: 'Schedules such as "at 3 o\'clock" mean the time of this zone.',
  async look() {
    const link = await readlink('/etc/localtime').catch((error: unknown) => {
      if (['ENOENT', 'EINVAL'].includes(systemCode(error))) return '';
      throw error;
    });
    return judgeZone({
      machine: /\/zoneinfo\/(.+)$/.exec(link)?.[1] ?? null,
      process: Intl.DateTimeFormat().resolvedOptions().timeZone,
    });
  },
};

/** The verdict on the time zone. */
export function judgeZone({ machine, process: own }: ZoneFacts): Finding {
  const same = (zone: string) => zone.replace(/^(Etc\/)?(UTC|UCT|Zulu|Universal|GMT)$/, 'UTC');
  if (machine === null) return ok(`/etc/localtime names none, so times are those of ${own}.`);
  if (same(machine) === same(own)) return ok(`${machine}.`);
  return warning(
    `The machine is in ${machine}, but TZ of this shell says ${own}.`,
    'Remove TZ from the environment, or set the machine: `timedatectl set-timezone AREA/CITY`.',
  );
}

async function textOrNull(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}
