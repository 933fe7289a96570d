import type { z } from 'zod';
import type { NewContainer } from '../contract.ts';

/** The form as it is typed: texts, so that half a number is not lost. */
export interface Draft {
  name: string;
  image: string;
  command: string;
  environment: { key: number; name: string; value: string }[];
  ports: { key: number; container: string; published: string; protocol: 'tcp' | 'udp'; address: string }[];
  mounts: { key: number; type: 'bind' | 'volume'; source: string; target: string; isReadOnly: boolean }[];
  networks: string[];
  policy: 'no' | 'always' | 'unless-stopped' | 'on-failure';
  retries: string;
  memory: string;
  cpus: string;
  health: {
    isOn: boolean;
    command: string;
    interval: string;
    timeout: string;
    retries: string;
    startPeriod: string;
  };
}

/** What the server takes. */
export type Wanted = z.input<typeof NewContainer>;

/** An empty form with the choices that suit most. */
export function emptyDraft(): Draft {
  return {
    name: '',
    image: '',
    command: '',
    environment: [],
    ports: [],
    mounts: [],
    networks: [],
    policy: 'unless-stopped',
    retries: '0',
    memory: '',
    cpus: '',
    health: { isOn: false, command: '', interval: '30', timeout: '10', retries: '3', startPeriod: '0' },
  };
}

/** The form as the server takes it; what is no number goes as one that the server refuses with its field. */
export function wantedOf(draft: Draft): Wanted {
  const { health } = draft;
  return {
    name: draft.name.trim(),
    image: draft.image.trim(),
    command: linesOf(draft.command),
    environment: begun(draft.environment, ['name', 'value']).map(({ name, value }) => ({
      name: name.trim(),
      value,
    })),
    ports: begun(draft.ports, ['container', 'published']).map(
      ({ container, published, protocol, address }) => ({
        container: numberOf(container),
        published: published.trim() === '' ? null : numberOf(published),
        protocol,
        address,
      }),
    ),
    mounts: begun(draft.mounts, ['source', 'target']).map(({ type, source, target, isReadOnly }) => ({
      ...{ type, source: source.trim(), target: target.trim(), isReadOnly },
    })),
    networks: draft.networks,
    restartPolicy: {
      name: draft.policy,
      maximumRetries: draft.policy === 'on-failure' ? numberOf(draft.retries) : 0,
    },
    memoryBytes: draft.memory.trim() === '' ? null : Math.round(numberOf(draft.memory) * 1024 * 1024),
    cpus: draft.cpus.trim() === '' ? null : numberOf(draft.cpus),
    healthCheck: health.isOn
      ? {
          command: linesOf(health.command),
          intervalSeconds: numberOf(health.interval),
          timeoutSeconds: numberOf(health.timeout),
          retries: numberOf(health.retries),
          startPeriodSeconds: numberOf(health.startPeriod),
        }
      : null,
  };
}

/** Whether there is enough to show a preview of. */
export function isBegun({ name, image }: Draft): boolean {
  return name.trim().length > 1 && image.trim() !== '';
}

/** Rows without the last ones that nobody has filled in; those before keep their places, which problems name. */
function begun<T extends object>(rows: readonly T[], texts: (keyof T)[]): T[] {
  const last = rows.findLastIndex((row) => texts.some((name) => row[name] !== ''));
  return rows.slice(0, last + 1);
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** JSON knows no NaN; -1 is in none of the ranges. */
function numberOf(text: string): number {
  const number = Number(text.trim().replace(',', '.'));
  return text.trim() === '' || !Number.isFinite(number) ? -1 : number;
}
