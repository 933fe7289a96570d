import {
  Button,
  ConfirmDialog,
  CopyButton,
  FactList,
  formatDuration,
  Panel,
  PanelHeader,
  StatusPill,
  Time,
} from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { OctagonX } from 'lucide-react';
import { useState } from 'react';
import {
  BackLink,
  DataView,
  shellTexts,
  useMay,
  usePageCommands,
  usePageTitle,
} from '../../../web/feature.ts';
import type { Run } from '../contract.ts';
import { copy } from './copy.ts';
import { useCancel } from './changes.ts';
import { runQuery } from './queries.ts';
import { canCancel, runLook, runProgress, took } from './run-look.ts';
import { RunSteps } from './run-steps.tsx';
import { useSecond } from './second.ts';

/** One run: its state, its steps as they go, and what a person has to decide. Its address survives a reload. */
export function RunPage() {
  const { id = '' }: { id?: string } = useParams({ strict: false });
  const run = useQuery(runQuery(id));
  return (
    <>
      <BackLink to="/jobs">{copy.back}</BackLink>
      {run.data === undefined ? (
        <Panel>
          <DataView query={run} label={copy.loadingOne}>
            {() => null}
          </DataView>
        </Panel>
      ) : (
        <Loaded run={run.data} />
      )}
    </>
  );
}

function Loaded({ run }: { run: Run }) {
  usePageTitle(run.title, runProgress(run));
  const now = useSecond(run.finishedAt === null);
  const { tone, icon, word } = runLook(run.state);
  const note = run.isWaiting
    ? copy.waits
    : run.isCancelRequested && run.finishedAt === null
      ? copy.cancelRequested
      : null;
  const lasted = took(run.startedAt ?? run.createdAt, run.finishedAt, now) ?? 0;
  return (
    <>
      <Panel aria-labelledby="run-steps">
        <PanelHeader
          id="run-steps"
          title={copy.steps}
          actions={
            <>
              <span role="status">
                <StatusPill tone={tone} icon={icon}>
                  {word}
                </StatusPill>
              </span>
              <CancelButton run={run} />
            </>
          }
        />
        {run.error !== null && <Failure run={run} message={run.error.message} />}
        {note !== null && <p className="px-4 pb-2 text-soft md:px-6">{note}</p>}
        <div className="px-4 pt-2 md:px-6">
          <RunSteps run={run} now={now} />
        </div>
      </Panel>
      <Panel aria-labelledby="run-facts">
        <PanelHeader id="run-facts" title={copy.facts} />
        <FactList
          facts={[
            { term: copy.target, value: <Target run={run} />, isData: true },
            { term: copy.by, value: run.actor.name, isData: true },
            { term: copy.started, value: <Time at={run.createdAt} /> },
            {
              term: copy.took,
              value: (
                <span className="figures">
                  {formatDuration(lasted)} {run.finishedAt === null && copy.goingOn}
                </span>
              ),
            },
            {
              term: copy.requestId,
              value: (
                <span className="flex items-center gap-1">
                  <code className="min-w-0 truncate font-mono text-xs">{run.requestId}</code>
                  <CopyButton text={run.requestId} label={copy.copyRequest} />
                </span>
              ),
            },
          ]}
        />
      </Panel>
    </>
  );
}

function Failure({ run, message }: { run: Run; message: string }) {
  return (
    <div className="mx-4 mb-4 rounded-md border border-danger bg-raised px-4 py-3 md:mx-6">
      <p translate="no" className="break-words">
        {message}
      </p>
      {run.isUndone !== null && (
        <p className="mt-1 text-sm text-soft">{run.isUndone ? copy.undone : copy.notUndone}</p>
      )}
    </div>
  );
}

function Target({ run: { target } }: { run: Run }) {
  if (target.type !== 'container') return target.name;
  return (
    <Link
      to="/containers/$id"
      params={{ id: target.id }}
      className="inline-block min-h-6 text-link underline-offset-4 hover:underline"
    >
      {target.name}
    </Link>
  );
}

function CancelButton({ run }: { run: Run }) {
  const mayOperate = useMay('jobs:operate');
  const [isAsking, setAsking] = useState(false);
  const cancel = useCancel(run.id);
  const isOffered = mayOperate && canCancel(run);
  usePageCommands(
    isOffered
      ? [
          {
            id: 'jobs.cancel-run',
            title: copy.cancel.confirm,
            help: copy.cancel.text,
            icon: OctagonX,
            section: shellTexts.sections.here,
            run: () => setAsking(true),
          },
        ]
      : [],
  );
  if (!isOffered) return null;
  return (
    <>
      <Button icon={OctagonX} onClick={() => setAsking(true)}>
        {copy.cancel.action}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={copy.cancel.title}
        confirmLabel={copy.cancel.confirm}
        cancelLabel={copy.cancel.keep}
        tone="danger"
        isBusy={cancel.isPending}
        onConfirm={() => cancel.mutate(undefined, { onSettled: () => setAsking(false) })}
      >
        {copy.cancel.text}
      </ConfirmDialog>
    </>
  );
}
