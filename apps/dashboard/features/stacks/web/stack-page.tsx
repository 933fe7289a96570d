import { ApiError } from '@nebula/contract/client';
import {
  Button,
  buttonClasses,
  classNames,
  ConfirmDialog,
  EmptyState,
  FactList,
  Panel,
  PanelHeader,
} from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { FolderInput, Ghost } from 'lucide-react';
import { useEffect, useState } from 'react';
import {
  BackLink,
  DataView,
  useMay,
  usePageCommands,
  usePageTitle,
  useUrlFilter,
} from '../../../web/feature.ts';
import type { StackDetail, StackVerb } from '../contract.ts';
import { useImport, useStackVerb } from './changes.ts';
import { copy, errorCopy } from './copy.ts';
import { FilesPanel } from './files-panel.tsx';
import { readPlace } from './filter.ts';
import { GateNote } from './gate-note.tsx';
import { keepDraft, keptDraft } from './kept-draft.ts';
import { stackQuery } from './queries.ts';
import { RunPanel } from './run-panel.tsx';
import { ServicesPanel } from './services-panel.tsx';
import { StackRuns } from './stack-runs.tsx';
import { StackState } from './stacks-page.tsx';
import { paletteCommands, verbIcons, verbsFor } from './verbs.ts';
import { VersionsPanel } from './versions-panel.tsx';

/** One stack: how it is, what it is made of, its files, and what was done to it. */
export function StackPage() {
  const { name = '' }: { name?: string } = useParams({ strict: false });
  const stack = useQuery(stackQuery(name));
  const isGone = stack.error instanceof ApiError && ['NOT_FOUND', 'BAD_INPUT'].includes(stack.error.code);
  return (
    <>
      <BackLink to="/stacks">{copy.back}</BackLink>
      {isGone ? (
        <Making name={name} />
      ) : stack.data === undefined ? (
        <Panel>
          <DataView query={stack} label={copy.loadingOne} copy={errorCopy}>
            {() => null}
          </DataView>
        </Panel>
      ) : (
        <Loaded key={name} stack={stack.data} />
      )}
    </>
  );
}

function Loaded({ stack }: { stack: StackDetail }) {
  usePageTitle(stack.name);
  usePageCommands(paletteCommands(stack));
  const [place] = useUrlFilter(readPlace);
  const mayReadRuns = useMay('jobs:read');
  const isManaged = stack.place === 'managed';
  useEffect(() => {
    if (keptDraft()?.name === stack.name) keepDraft(null);
  }, [stack.name]);
  return (
    <>
      <Head stack={stack} />
      {!isManaged && <Foreign stack={stack} />}
      {place.run !== undefined && <RunPanel key={place.run} runId={place.run} />}
      {isManaged && <GateNote stack={stack} />}
      <ServicesPanel stack={stack} />
      {isManaged && <FilesPanel stack={stack} />}
      {isManaged && <VersionsPanel stack={stack} />}
      {mayReadRuns && <StackRuns name={stack.name} />}
    </>
  );
}

function Head({ stack }: { stack: StackDetail }) {
  const mayOperate = useMay('stacks:operate');
  return (
    <Panel aria-labelledby="stack-head">
      <PanelHeader
        id="stack-head"
        title={stack.name}
        isTitleData
        description={
          <span className="mt-1 block" role="status">
            <StackState row={stack} />
          </span>
        }
        actions={mayOperate && <Actions stack={stack} />}
      />
      <FactList
        facts={[
          {
            term: copy.columns.folder,
            value: <bdi className="break-all">{stack.folder === '' ? '—' : stack.folder}</bdi>,
            isData: true,
          },
          { term: copy.columns.services, value: copy.running(stack.running, stack.services) },
        ]}
      />
      {stack.problem !== null && (
        <p
          translate="no"
          className="mx-4 mb-4 rounded-md border border-warning bg-raised px-4 py-3 break-words md:mx-6"
        >
          {stack.problem}
        </p>
      )}
    </Panel>
  );
}

const asking = ['stop', 'restart', 'down'] as const;
type Asking = (typeof asking)[number];

function Actions({ stack }: { stack: StackDetail }) {
  const verb = useStackVerb(stack.name);
  const [asked, setAsked] = useState<Asking | null>(null);
  const begin = (one: StackVerb) => {
    const question = asking.find((word) => word === one);
    if (question === undefined) verb.mutate({ verb: one });
    else setAsked(question);
  };
  const available = verbsFor(stack);
  useAsked(available, begin);
  return (
    <>
      {available.map((one) => (
        <Button
          key={one}
          icon={verbIcons[one]}
          tone={one === 'up' && stack.state !== 'running' ? 'primary' : 'quiet'}
          isBusy={verb.isPending && verb.variables.verb === one}
          onClick={() => begin(one)}
        >
          {copy.verbs[one].command}
        </Button>
      ))}
      {asked !== null && (
        <ConfirmDialog
          isOpen
          onClose={() => setAsked(null)}
          title={copy.confirm[asked].title(stack.name)}
          confirmLabel={copy.verbs[asked].command}
          cancelLabel={copy.cancel}
          tone={asked === 'down' ? 'danger' : 'primary'}
          isBusy={verb.isPending}
          onConfirm={() => verb.mutate({ verb: asked }, { onSettled: () => setAsked(null) })}
        >
          {copy.confirm[asked].text}
        </ConfirmDialog>
      )}
    </>
  );
}

/** The palette leads here with a verb in the address; it is asked once and taken out of it. */
function useAsked(available: readonly StackVerb[], begin: (verb: StackVerb) => void): void {
  const [{ ask }, change] = useUrlFilter((search): { ask?: string | undefined } => ({ ask: search['ask'] }));
  useEffect(() => {
    const verb = available.find((one) => one === ask);
    if (ask === undefined) return;
    change({ ask: undefined });
    if (verb !== undefined) begin(verb);
    // Only the word in the address begins anything.
  }, [ask]);
}

function Foreign({ stack }: { stack: StackDetail }) {
  const mayImport = useMay('stacks:import');
  const copying = useImport(stack.name);
  return (
    <Panel aria-labelledby="stack-foreign">
      <PanelHeader
        id="stack-foreign"
        title={copy.foreign.title}
        description={stack.canImport && mayImport ? copy.foreign.text : copy.foreign.cannot}
        actions={
          stack.canImport &&
          mayImport && (
            <Button icon={FolderInput} isBusy={copying.isPending} onClick={() => copying.mutate()}>
              {copy.foreign.import}
            </Button>
          )
        }
      />
      <p translate="no" className="px-4 pb-6 break-words text-soft md:px-6">
        {stack.reason}
      </p>
    </Panel>
  );
}

/** Between the word and the first file there is no stack yet, only the run that makes it, or that was refused. */
function Making({ name }: { name: string }) {
  const [place] = useUrlFilter(readPlace);
  usePageTitle(name);
  if (place.run === undefined) return <Gone name={name} />;
  return (
    <>
      <RunPanel key={place.run} runId={place.run} />
      {keptDraft()?.name === name && (
        <Link to="/stacks/new" className={classNames(buttonClasses(), 'self-start')}>
          {copy.creating.again}
        </Link>
      )}
    </>
  );
}

function Gone({ name }: { name: string }) {
  usePageTitle(name);
  return (
    <Panel>
      <EmptyState
        icon={Ghost}
        title={copy.gone.title}
        action={
          <Link to="/stacks" className={buttonClasses('primary')}>
            {copy.back}
          </Link>
        }
      >
        <p>{copy.gone.text}</p>
      </EmptyState>
    </Panel>
  );
}
