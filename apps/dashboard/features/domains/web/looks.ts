import type { Tone } from '@nebula/ui';
import {
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleHelp,
  CircleX,
  LoaderCircle,
  type LucideIcon,
  TriangleAlert,
} from 'lucide-react';
import type { Domain, DomainStatus, DomainTarget, HealthState } from '../contract.ts';
import { copy } from './copy.ts';

/** How a state looks and what it is called. */
export interface Look {
  tone: Tone;
  icon: LucideIcon;
  word: string;
}

const statusLooks: Record<DomainStatus, Look> = {
  new: { tone: 'neutral', icon: CircleDashed, word: copy.statuses.new },
  provisioning: { tone: 'busy', icon: LoaderCircle, word: copy.statuses.provisioning },
  active: { tone: 'up', icon: CircleCheck, word: copy.statuses.active },
  failed: { tone: 'down', icon: CircleX, word: copy.statuses.failed },
  removing: { tone: 'degraded', icon: LoaderCircle, word: copy.statuses.removing },
};

/** The look of a domain's status. */
export function statusLook(status: DomainStatus): Look {
  return statusLooks[status];
}

const healthLooks: Record<HealthState, Look> = {
  ok: { tone: 'up', icon: CircleCheck, word: copy.health.states.ok },
  warning: { tone: 'degraded', icon: TriangleAlert, word: copy.health.states.warning },
  failed: { tone: 'down', icon: CircleAlert, word: copy.health.states.failed },
  unknown: { tone: 'neutral', icon: CircleHelp, word: copy.health.states.unknown },
};

/** The look of how a domain or a layer of it does. */
export function healthLook(state: HealthState): Look {
  return healthLooks[state];
}

/** What a domain leads to, as data: `immich:2283`, `192.168.1.20:80`, and how many more; null for a redirect. */
export function targetText(target: DomainTarget): { first: string; more: number } | null {
  switch (target.kind) {
    case 'container':
      return { first: `${target.name}:${target.port}`, more: 0 };
    case 'addresses': {
      const [first = { host: '', port: 0 }, ...rest] = target.upstreams;
      const host = first.host.includes(':') ? `[${first.host}]` : first.host;
      return { first: `${host}:${first.port}`, more: rest.length };
    }
    case 'redirect':
      return null;
    default:
      return target satisfies never;
  }
}

/** Whether something is being done to the domain just now. */
export function isBusy({ status }: Pick<Domain, 'status'>): boolean {
  return status === 'provisioning' || status === 'removing';
}

const viewTones = {
  'as-wanted': 'up',
  other: 'down',
  absent: 'degraded',
  silent: 'degraded',
  failed: 'down',
} as const;

/** What it means that a name server shows this. */
export function viewTone(state: keyof typeof viewTones): Tone {
  return viewTones[state];
}
