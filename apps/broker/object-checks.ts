import { isObject, type Json } from './json.ts';
import { powerOfContainer } from './container-body.ts';
import { Refusal } from './refusal.ts';
import type { ObjectCheck } from './rules.ts';
import type { Judge } from './shape.ts';

/** Remembers commands prepared through the broker, so that only those are started. */
export interface ExecRegister {
  add(id: string): void;
  has(id: string): boolean;
}

type Check = (name: string, judge: Judge, execs: ExecRegister) => Promise<string>;

/** Each check answers the id to send on in place of the name, so that a rename in between changes nothing. */
export const checks: Record<ObjectCheck, Check> = {
  /** A shell in a container that holds more than the broker gives is that power. */
  'not-strong': async (name, judge) => {
    const found = await judge.look('containers', name);
    if (found === undefined) return name;
    const strong = () => judge.needs('strong-container', name);
    try {
      await powerOfContainer(found, '', { ...judge, needs: strong });
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 403) throw error;
      strong();
    }
    return idOf(found['Id'] ?? null, name);
  },

  /** Between create and start a directory can become a symbolic link; the engine would follow it. */
  'binds-still-inside': async (name, judge) => {
    const found = await judge.look('containers', name);
    if (found === undefined) return name;
    const mounts = found['Mounts'];
    for (const mount of Array.isArray(mounts) ? mounts : []) {
      if (!isObject(mount) || mount['Type'] !== 'bind' || typeof mount['Source'] !== 'string') continue;
      if (await judge.paths.leadsAway(mount['Source'])) judge.needs('bind-outside-roots', mount['Source']);
    }
    return idOf(found['Id'] ?? null, name);
  },

  /** Who prepared the command, and with which rights, was judged when it was prepared. */
  'exec-of-ours': async (name, _judge, execs) => {
    if (!execs.has(name)) {
      throw new Refusal(403, 'This command was not prepared through the broker in the last ten minutes.');
    }
    return name;
  },

  'not-host-network': async (name, judge) => {
    const found = await judge.look('networks', name);
    if (name === 'host' || found?.['Driver'] === 'host') judge.needs('host-namespace', name);
    return found === undefined ? name : idOf(found['Id'] ?? null, name);
  },
};

/** Keeps ids for ten minutes, at most 4096 of them. */
export function createExecRegister(now: () => Date): ExecRegister {
  const until = new Map<string, number>();
  return {
    add(id) {
      const time = now().getTime();
      for (const [old, end] of until) if (end <= time || until.size >= 4096) until.delete(old);
      until.set(id, time + 600_000);
    },
    has: (id) => (until.get(id) ?? 0) > now().getTime(),
  };
}

function idOf(value: Json, name: string): string {
  return typeof value === 'string' && /^[A-Za-z0-9]{12,64}$/.test(value) ? value : name;
}
