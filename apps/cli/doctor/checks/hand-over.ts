import { readFile } from 'node:fs/promises';
import { type Check, type Finding, ok, systemCode, warning } from '../check.ts';
import { listenAddresses } from '../listeners.ts';

/** What decides whether a load of the proxy's configuration resets connections. */
export interface HandOver {
  /** Whether somebody listens on 443. */
  isServing: boolean;
  /** `net.ipv4.tcp_migrate_req`; null on a kernel without it (before 5.14). */
  migrates: boolean | null;
}

/** Whether connections that wait at the proxy outlive a change of its configuration. */
export const handOver: Check = {
  id: 'hand-over',
  area: 'Network',
  title: 'Connections during a change',
  meaning:
    'A proxy that loads a configuration closes one socket and opens another; the kernel resets what waits at the old one unless it may move it.',
  async look() {
    const [addresses, setting] = await Promise.all([
      listenAddresses(443),
      readFile('/proc/sys/net/ipv4/tcp_migrate_req', 'utf8').catch((error: unknown) => {
        if (systemCode(error) === 'ENOENT') return null;
        throw error;
      }),
    ]);
    const migrates = setting === null ? null : setting.trim() === '1';
    return judgeHandOver({ isServing: addresses.length > 0, migrates });
  },
};

/** The verdict on connections that wait while a configuration is loaded. */
export function judgeHandOver({ isServing, migrates }: HandOver): Finding {
  if (migrates === true)
    return ok(
      'The kernel moves them to the new socket. A container with a network of its own has its own setting.',
    );
  if (!isServing) return ok('Nobody listens on port 443, so there is nothing to hand over.');
  if (migrates === null) {
    return warning(
      'This kernel cannot move them, and resets those that come within about a millisecond.',
      'Linux 5.14 and newer can; `apt full-upgrade` and a restart bring what the system has.',
    );
  }
  return warning(
    'The kernel resets them: at each load those that come within about a millisecond.',
    'Write net.ipv4.tcp_migrate_req=1 into /etc/sysctl.d/60-nebula.conf, then `sysctl --system`; for a proxy in a container, give it that under `sysctls:`.',
  );
}
