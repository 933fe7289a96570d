import { formatDuration, Panel, PanelHeader, ProgressBar, type Step, Stepper, Time } from '@nebula/ui';
import { PageLink } from '../../../web/feature.ts';
import { progressTopic, runLook, stepLook, took, useSecond } from '../../jobs/web/index.ts';
import type { DomainTask } from '../contract.ts';
import { copy } from './copy.ts';
import { Pill } from './states.tsx';

type TaskStep = DomainTask['steps'][number];

/** A run of a domain: each step with what it saw, how long it took, why it failed and how it is taken back. */
export function RunPanel({ task }: { task: DomainTask }) {
  const now = useSecond(task.finishedAt === null);
  return (
    <Panel aria-labelledby="domain-run">
      <PanelHeader
        id="domain-run"
        title={task.title}
        isTitleData
        description={<Time at={task.createdAt} />}
        actions={
          <>
            <span role="status">
              <Pill look={runLook(task.state)} />
            </span>
            <PageLink
              to={`/jobs/${task.id}`}
              className="inline-flex min-h-11 items-center text-sm text-link underline-offset-4 hover:underline md:min-h-6"
            >
              {copy.run.open}
            </PageLink>
          </>
        }
      />
      <div className="px-4 pt-2 md:px-6">
        {task.steps.length === 0 ? (
          <p className="pb-6 text-soft">{copy.run.none}</p>
        ) : (
          <Stepper label={copy.run.steps} steps={task.steps.map((step) => lineOf(task, step, now))} />
        )}
      </div>
    </Panel>
  );
}

function lineOf(task: DomainTask, step: TaskStep, now: number): Step {
  const { look, word } = stepLook(step.state);
  const lasted = took(step.startedAt, step.finishedAt, now);
  return {
    id: step.name,
    title: step.title,
    look,
    word,
    time: lasted === null ? undefined : formatDuration(lasted),
    detail: <Detail task={task} step={step} />,
  };
}

function Detail({ task, step }: { task: DomainTask; step: TaskStep }) {
  const isRunning = step.state === 'intent' || step.state === 'undo-intent';
  return (
    <div className="flex flex-col gap-1">
      {isRunning && <StepProgress runId={task.id} step={step} />}
      {step.evidence.length > 0 && (
        <ul translate="no" className="flex flex-col gap-0.5">
          {step.evidence.map((line) => (
            <li key={line} className="break-words">
              <bdi>{line}</bdi>
            </li>
          ))}
        </ul>
      )}
      {step.error !== null && (
        <p translate="no" className="break-words text-danger">
          {step.error}
        </p>
      )}
      <Undo task={task} step={step} />
    </div>
  );
}

/** How a step is taken back: while that may still happen, and after it did. Steps that only look have no words for it. */
function Undo({ task, step }: { task: DomainTask; step: TaskStep }) {
  const words = copy.run.undoes[step.undo === 'impossible' ? 'impossible' : step.name];
  const isBack = step.state === 'undone' || step.state === 'undo-intent';
  const mayGoBack = task.finishedAt === null && step.undo !== 'nothing' && step.state !== 'skipped';
  if (words === undefined || (!isBack && !mayGoBack)) return null;
  return (
    <p className="text-muted">
      {isBack ? copy.run.undone : copy.run.undo} {words}
    </p>
  );
}

function StepProgress({ runId, step }: { runId: string; step: TaskStep }) {
  const progress = progressTopic.useValue(runId);
  const own = progress?.step === step.name ? progress : undefined;
  return (
    <div className="flex max-w-md flex-col gap-2">
      <ProgressBar label={copy.run.progressOf(step.title)} fraction={own?.fraction ?? null} />
      <p translate="no" className="min-h-5">
        {own?.message}
      </p>
    </div>
  );
}

const planned = Object.entries(copy.plan.steps);

/** What provisioning will do, before it was ever done. */
export function PlanPanel() {
  const steps = planned.map(([name, title]): Step => {
    const undo = copy.run.undoes[name];
    return {
      id: name,
      title,
      look: 'waiting',
      word: '',
      detail: undo === undefined ? undefined : <p className="text-muted">{`${copy.run.undo} ${undo}`}</p>,
    };
  });
  return (
    <Panel aria-labelledby="domain-plan">
      <PanelHeader id="domain-plan" title={copy.plan.title} description={copy.plan.text} />
      <div className="px-4 pt-2 md:px-6">
        <Stepper label={copy.plan.title} steps={steps} />
      </div>
    </Panel>
  );
}
