import {
  Ban,
  Circle,
  CircleAlert,
  CircleCheck,
  CircleHelp,
  LoaderCircle,
  type LucideIcon,
  Undo2,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { type Tone, toneInk } from './status-pill.tsx';

/** How a step stands. */
export type StepLook = 'waiting' | 'running' | 'done' | 'failed' | 'unknown' | 'undone' | 'skipped';

/** One step of a run as it is shown. */
export interface Step {
  id: string;
  title: string;
  look: StepLook;
  /** The state in a word. */
  word: string;
  /** How long it took or has taken. */
  time?: string | undefined;
  /** Why it failed, how far it is, what to decide. */
  detail?: ReactNode;
}

const looks: Record<StepLook, { icon: LucideIcon; tone: Tone }> = {
  waiting: { icon: Circle, tone: 'paused' },
  running: { icon: LoaderCircle, tone: 'busy' },
  done: { icon: CircleCheck, tone: 'up' },
  failed: { icon: CircleAlert, tone: 'down' },
  unknown: { icon: CircleHelp, tone: 'degraded' },
  undone: { icon: Undo2, tone: 'neutral' },
  skipped: { icon: Ban, tone: 'paused' },
};

/** The steps of a run from first to last, each with its state, time and error. */
export function Stepper({ label, steps }: { label: string; steps: Step[] }) {
  return (
    <ol aria-label={label} className="flex flex-col">
      {steps.map((step, index) => (
        <StepLine key={step.id} step={step} isLast={index === steps.length - 1} />
      ))}
    </ol>
  );
}

function StepLine({ step, isLast }: { step: Step; isLast: boolean }) {
  const { icon: Icon, tone } = looks[step.look];
  return (
    <li className="flex gap-4" aria-current={step.look === 'running' ? 'step' : undefined}>
      <span className={`flex flex-col items-center ${toneInk(tone)}`}>
        <Icon
          aria-hidden
          size={22}
          strokeWidth={1.75}
          className={step.look === 'running' ? 'animate-turn' : ''}
        />
        {!isLast && <span aria-hidden className="my-1 w-px flex-1 bg-hairline" />}
      </span>
      <div className="min-w-0 flex-1 pb-6">
        <p className="flex flex-wrap items-baseline gap-x-3">
          <span
            translate="no"
            className={
              step.look === 'waiting' || step.look === 'skipped' ? 'text-muted' : 'font-medium text-ink'
            }
          >
            {step.title}
          </span>
          <span className={`text-sm ${toneInk(tone)}`}>{step.word}</span>
          {step.time !== undefined && <span className="figures ml-auto text-sm text-muted">{step.time}</span>}
        </p>
        {step.detail !== undefined && <div className="mt-2 text-sm text-soft">{step.detail}</div>}
      </div>
    </li>
  );
}
