import type { Tone } from '@nebula/ui';
import { CircleCheck, CircleDashed, CircleX, LoaderCircle, type LucideIcon } from 'lucide-react';
import { lifeLook } from '../../domains/web/index.ts';
import type { CertificateOrder, CertificateState } from '../contract.ts';
import { copy } from './copy.ts';

/** How a state looks and what it is called. */
export interface CertificateLook {
  tone: Tone;
  icon: LucideIcon;
  word: string;
}

/** How a certificate does. */
export function certificateLook(state: CertificateState): CertificateLook {
  if (state === 'missing') return { tone: 'down', icon: CircleX, word: copy.states.missing };
  if (state === 'unknown') return { tone: 'neutral', icon: CircleDashed, word: copy.states.unknown };
  return lifeLook(state);
}

const orderTones: Record<CertificateOrder['state'], Omit<CertificateLook, 'word'>> = {
  planned: { tone: 'neutral', icon: CircleDashed },
  open: { tone: 'busy', icon: LoaderCircle },
  issued: { tone: 'up', icon: CircleCheck },
  failed: { tone: 'down', icon: CircleX },
  dropped: { tone: 'neutral', icon: CircleX },
};

/** The look of an order. */
export function orderLook(state: CertificateOrder['state']): CertificateLook {
  return { ...orderTones[state], word: copy.orders.states[state] };
}
