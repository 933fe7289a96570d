import { Button, formatDuration, ProgressBar, type Step, Stepper } from '@nebula/ui';
import { Check, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useMay } from '../../../web/feature.ts';
import type { Run, RunStep } from '../contract.ts';
import { copy } from './copy.ts';
import { progressTopic } from './live.ts';
import { useResolve } from './changes.ts';
import { stepLook, took } from './run-look.ts';

/** The steps of a run with their times, errors, progress and the question an unknown one asks. */
export function RunSteps({ run, now }: { run: Run; now: number }) {
  if (run.steps.length === 0) return <p className="pb-6 text-soft">{copy.noSteps}</p>;
  const steps = run.steps.map((step): Step => {
    const { look, word } = stepLook(step.state);
    const lasted = took(step.startedAt, step.finishedAt, now);
    return {
      id: step.name,
      title: step.title,
      look,
      word: step.attempt > 1 ? `${word}, ${copy.attempt(step.attempt)}` : word,
      time: lasted === null || isOpenEnded(step) ? undefined : formatDuration(lasted),
      detail: detailOf(run, step),
    };
  });
  return <Stepper label={copy.steps} steps={steps} />;
}

/** An unknown step has a start but nobody knows how long it was at work. */
function isOpenEnded({ state, finishedAt }: RunStep): boolean {
  return finishedAt === null && state !== 'intent' && state !== 'undo-intent';
}

function detailOf(run: Run, step: RunStep): ReactNode {
  const isActive = step.state === 'intent' || step.state === 'undo-intent';
  if (isActive) return <StepProgress runId={run.id} step={step} />;
  if (step.state === 'unknown' || step.state === 'undo-unknown') return <Question run={run} step={step} />;
  return step.error === null ? undefined : (
    <p translate="no" className="break-words text-danger">
      {step.error.message}
    </p>
  );
}

function StepProgress({ runId, step }: { runId: string; step: RunStep }) {
  const progress = progressTopic.useValue(runId);
  const own = progress?.step === step.name ? progress : undefined;
  return (
    <div className="flex max-w-md flex-col gap-2">
      <ProgressBar label={copy.progressOf(step.title)} fraction={own?.fraction ?? null} />
      <p translate="no" className="min-h-5 break-words whitespace-pre-line">
        {own?.message}
      </p>
    </div>
  );
}

function Question({ run, step }: { run: Run; step: RunStep }) {
  const mayOperate = useMay('jobs:operate');
  const resolve = useResolve(run.id);
  const why = run.lookHere?.why ?? step.error?.message;
  return (
    <div className="flex max-w-prose flex-col gap-3 rounded-md border border-warning bg-raised p-4">
      <p className="font-semibold text-ink">
        {step.state === 'undo-unknown' ? copy.resolve.undoTitle : copy.resolve.title}
      </p>
      {why !== undefined && (
        <p translate="no" className="break-words">
          {why}
        </p>
      )}
      {run.lookHere !== null && (
        <p translate="no" className="break-words">
          {run.lookHere.next}
        </p>
      )}
      <p>{copy.resolve.text}</p>
      {mayOperate ? (
        <div className="flex flex-wrap gap-2">
          <Button icon={Check} isBusy={resolve.isPending} onClick={() => resolve.mutate('done')}>
            {copy.resolve.done}
          </Button>
          <Button icon={X} isBusy={resolve.isPending} onClick={() => resolve.mutate('not-done')}>
            {copy.resolve.notDone}
          </Button>
        </div>
      ) : (
        <p>{copy.resolve.notYours}</p>
      )}
    </div>
  );
}
