import type { Tone } from '@nebula/ui';
import { CircleCheck, CircleX, Hourglass, type LucideIcon } from 'lucide-react';
import type { ApiKey } from '../contract.ts';
import { copy } from './copy.ts';

/** Whether a key still works, and how that looks. */
export interface KeyLook {
  isActive: boolean;
  tone: Tone;
  icon: LucideIcon;
  word: string;
}

/** Judges a key at `now` (ms since 1970). */
export function keyLook(
  { revokedAt, expiresAt }: Pick<ApiKey, 'revokedAt' | 'expiresAt'>,
  now: number,
): KeyLook {
  if (revokedAt !== null) return { isActive: false, tone: 'paused', icon: CircleX, word: copy.keys.revoked };
  if (expiresAt !== null && Date.parse(expiresAt) <= now) {
    return { isActive: false, tone: 'paused', icon: Hourglass, word: copy.keys.expired };
  }
  return { isActive: true, tone: 'up', icon: CircleCheck, word: copy.keys.active };
}
