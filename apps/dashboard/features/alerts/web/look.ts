import type { Tone } from '@nebula/ui';
import {
  BellOff,
  CircleAlert,
  CircleCheck,
  CircleHelp,
  CircleX,
  Clock,
  Eye,
  Flame,
  Info,
  type LucideIcon,
  Send,
  TriangleAlert,
} from 'lucide-react';
import type { Delivery, Incident, IncidentEntry, Severity } from '../contract.ts';
import { kindOf } from '../contract-kinds.ts';
import { copy } from './copy.ts';
import { ruleCopy } from './rule-copy.ts';

/** How something is shown: colour, mark and word. */
export interface Look {
  tone: Tone;
  icon: LucideIcon;
  word: string;
}

const severityLooks: Record<Severity, { tone: Tone; icon: LucideIcon }> = {
  critical: { tone: 'down', icon: Flame },
  warning: { tone: 'degraded', icon: TriangleAlert },
  info: { tone: 'neutral', icon: Info },
};

export function severityLook(severity: Severity): Look {
  return { ...severityLooks[severity], word: copy.severities[severity] };
}

/** How far an alert is. */
export function stateLook({ closedBy, acknowledgedAt, snoozedUntil }: Incident, now: number): Look {
  if (closedBy !== null)
    return {
      tone: closedBy === 'recovered' ? 'up' : 'neutral',
      icon: CircleCheck,
      word: copy.closedBy[closedBy],
    };
  if (snoozedUntil !== null && Date.parse(snoozedUntil) > now)
    return { tone: 'paused', icon: BellOff, word: copy.isSnoozed };
  if (acknowledgedAt !== null) return { tone: 'busy', icon: Eye, word: copy.isAcknowledged };
  return { tone: 'down', icon: CircleAlert, word: copy.isOpen };
}

const deliveryLooks: Record<Delivery['state'], { tone: Tone; icon: LucideIcon }> = {
  waiting: { tone: 'neutral', icon: Clock },
  sending: { tone: 'busy', icon: Send },
  sent: { tone: 'up', icon: CircleCheck },
  failed: { tone: 'down', icon: CircleX },
  unknown: { tone: 'degraded', icon: CircleHelp },
  dropped: { tone: 'neutral', icon: BellOff },
};

export function deliveryLook(state: Delivery['state']): Look {
  return { ...deliveryLooks[state], word: copy.told.states[state] };
}

const entryLooks: Record<IncidentEntry['kind'], { tone: Tone; icon: LucideIcon }> = {
  fired: { tone: 'down', icon: Flame },
  acknowledged: { tone: 'busy', icon: Eye },
  snoozed: { tone: 'paused', icon: BellOff },
  sent: { tone: 'up', icon: Send },
  'not-sent': { tone: 'down', icon: CircleX },
  unknown: { tone: 'degraded', icon: CircleHelp },
  reminded: { tone: 'neutral', icon: Clock },
  closed: { tone: 'up', icon: CircleCheck },
};

export function entryLook(kind: IncidentEntry['kind']): Look {
  return { ...entryLooks[kind], word: copy.timeline.kinds[kind] };
}

/** A measured value with its unit; nothing for states, which are right or wrong. */
export function valueWords(kind: Incident['kind'], value: number): string {
  const { unit } = kindOf(kind);
  if (unit === 'state') return '';
  const digits = unit === 'per-core' ? 2 : value < 10 && unit !== 'times' ? 1 : 0;
  return `${value.toLocaleString('en', { maximumFractionDigits: digits })} ${ruleCopy.units[unit]}`;
}
