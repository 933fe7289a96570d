import { readFileSync, writeFileSync } from 'node:fs';

const setting = '/proc/sys/net/ipv4/tcp_migrate_req';

/** Whether the kernel moves connections that wait at a socket which closes to another of its port. */
export interface HandOver extends Disposable {
  isOn: boolean;
}

/**
 * Makes the machine hand connections over as `nebula doctor` wants it (`net.ipv4.tcp_migrate_req`); disposed, it is as before.
 * It stays as it is where this process may not change it.
 */
export function letConnectionsMove(): HandOver {
  const before = look();
  if (before !== '0') return { isOn: before === '1', [Symbol.dispose]: () => undefined };
  try {
    writeFileSync(setting, '1');
  } catch {
    return { isOn: false, [Symbol.dispose]: () => undefined };
  }
  return { isOn: true, [Symbol.dispose]: () => writeFileSync(setting, before) };
}

function look(): string | null {
  try {
    return readFileSync(setting, 'utf8').trim();
  } catch {
    // A kernel before 5.14.
    return null;
  }
}
