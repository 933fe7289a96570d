import type { Tone } from '@nebula/ui';
import {
  CircleAlert,
  CircleCheck,
  CircleX,
  LoaderCircle,
  type LucideIcon,
  TriangleAlert,
} from 'lucide-react';
import type { LifeState } from './life.ts';
import { lifeWords } from './life-words.ts';

const looks: Record<LifeState, { tone: Tone; icon: LucideIcon }> = {
  fresh: { tone: 'up', icon: CircleCheck },
  due: { tone: 'busy', icon: LoaderCircle },
  late: { tone: 'degraded', icon: TriangleAlert },
  critical: { tone: 'down', icon: CircleAlert },
  expired: { tone: 'down', icon: CircleX },
};

/** How the age of a certificate looks and what it is called. */
export function lifeLook(state: LifeState): { tone: Tone; icon: LucideIcon; word: string } {
  return { ...looks[state], word: lifeWords.states[state] };
}
