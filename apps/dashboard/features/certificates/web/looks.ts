import type { Tone } from '@nebula/ui';
import {
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleX,
  LoaderCircle,
  type LucideIcon,
  TriangleAlert,
} from 'lucide-react';
import type { CertificateOrder, CertificateState } from '../contract.ts';
import { copy } from './copy.ts';

/** How a state looks and what it is called. */
export interface CertificateLook {
  tone: Tone;
  icon: LucideIcon;
  word: string;
}

const looks: Record<CertificateState, Omit<CertificateLook, 'word'>> = {
  fresh: { tone: 'up', icon: CircleCheck },
  due: { tone: 'busy', icon: LoaderCircle },
  late: { tone: 'degraded', icon: TriangleAlert },
  critical: { tone: 'down', icon: CircleAlert },
  expired: { tone: 'down', icon: CircleX },
  missing: { tone: 'down', icon: CircleX },
  unknown: { tone: 'neutral', icon: CircleDashed },
};

/** The look of a certificate's age. */
export function certificateLook(state: CertificateState): CertificateLook {
  return { ...looks[state], word: copy.states[state] };
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
