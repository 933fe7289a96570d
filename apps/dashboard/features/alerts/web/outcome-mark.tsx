import { StatusPill, type Tone } from '@nebula/ui';
import { CircleCheck, CircleDashed, CircleHelp, CircleX, type LucideIcon, PowerOff } from 'lucide-react';
import { channelCopy } from './channel-copy.ts';

const outcomeLooks: Record<
  'sent' | 'failed' | 'unknown' | 'never' | 'off',
  { tone: Tone; icon: LucideIcon }
> = {
  sent: { tone: 'up', icon: CircleCheck },
  failed: { tone: 'down', icon: CircleX },
  unknown: { tone: 'degraded', icon: CircleHelp },
  never: { tone: 'neutral', icon: CircleDashed },
  off: { tone: 'paused', icon: PowerOff },
};

/** How the last message to somewhere went. */
export function OutcomeMark({ outcome }: { outcome: keyof typeof outcomeLooks }) {
  const { tone, icon } = outcomeLooks[outcome];
  return (
    <StatusPill tone={tone} icon={icon}>
      {channelCopy.outcomes[outcome]}
    </StatusPill>
  );
}
