import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

/** What a state means to the reader, not what it is called. */
export type Tone = 'up' | 'down' | 'degraded' | 'paused' | 'busy' | 'neutral';

const inks: Record<Tone, string> = {
  up: 'text-success',
  down: 'text-danger',
  degraded: 'text-warning',
  paused: 'text-muted',
  busy: 'text-live',
  neutral: 'text-soft',
};

/** The text colour of a tone. */
export function toneInk(tone: Tone): string {
  return inks[tone];
}

/** A state as icon, word and colour together, so that none of the three has to be seen. */
export function StatusPill({
  tone,
  icon: Icon,
  children,
}: {
  tone: Tone;
  icon: LucideIcon;
  children: ReactNode;
}) {
  return (
    <span
      className={classNames(
        'inline-flex items-center gap-1 rounded-full border border-hairline bg-raised px-2 py-0.5 text-xs font-medium whitespace-nowrap',
        inks[tone],
      )}
    >
      <Icon aria-hidden size={14} />
      {children}
    </span>
  );
}

/** A short plain label, such as a role or a project; `isData` when no catalogue knows its words. */
export function Badge({
  children,
  title,
  isData = false,
}: {
  children: ReactNode;
  title?: string;
  isData?: boolean;
}) {
  return (
    <span
      translate={isData ? 'no' : undefined}
      title={title}
      className="inline-block max-w-full truncate rounded-sm border border-hairline bg-raised px-2 py-0.5 text-xs text-soft"
    >
      {children}
    </span>
  );
}
