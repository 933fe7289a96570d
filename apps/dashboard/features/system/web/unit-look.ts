import type { Tone } from '@nebula/ui';
import { CircleCheck, CircleStop, CircleX, LoaderCircle, type LucideIcon } from 'lucide-react';
import type { Unit } from '../contract.ts';
import { copy } from './copy.ts';

/** How a unit's state looks and what it is called. */
export interface UnitLook {
  tone: Tone;
  icon: LucideIcon;
  word: string;
}

const words = copy.units;
const looks: Record<string, UnitLook> = {
  active: { tone: 'up', icon: CircleCheck, word: words.states.active },
  inactive: { tone: 'paused', icon: CircleStop, word: words.states.inactive },
  failed: { tone: 'down', icon: CircleX, word: words.states.failed },
  activating: { tone: 'busy', icon: LoaderCircle, word: words.words.activating },
  deactivating: { tone: 'busy', icon: LoaderCircle, word: words.words.deactivating },
  reloading: { tone: 'busy', icon: LoaderCircle, word: words.words.reloading },
};

/** The look of a unit; a word of systemd that is new is shown as it is. */
export function unitLook({ active }: Pick<Unit, 'active'>): UnitLook {
  return looks[active] ?? { tone: 'neutral', icon: CircleStop, word: active };
}

/** What can be done to a unit as it is: a running one is not started, a stopped one not stopped. */
export function unitVerbs({
  active,
  canChange,
}: Pick<Unit, 'active' | 'canChange'>): ('start' | 'stop' | 'restart')[] {
  if (!canChange) return [];
  const isUp = active === 'active' || active === 'activating' || active === 'reloading';
  return isUp ? ['restart', 'stop'] : ['start'];
}
