import { ApiError } from '@nebula/contract/client';
import {
  Button,
  buttonClasses,
  CopyButton,
  EmptyState,
  FactList,
  Panel,
  PanelHeader,
  StatusPill,
  Time,
} from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ArrowLeft, Ghost, ListChecks, RotateCw } from 'lucide-react';
import { useState } from 'react';
import { DataView, useMay, usePageTitle } from '../../../web/feature.ts';
import { RestartDialog } from './container-menu.tsx';
import { ContainerRuns } from './container-runs.tsx';
import { copy } from './copy.ts';
import { EngineBanner } from './engine-banner.tsx';
import type { ContainerRow } from './patch.ts';
import { PortList } from './port-list.tsx';
import { containerQuery, engineQuery } from './queries.ts';
import { lookOf, plainStatus } from './state-look.ts';
import { UsagePanel } from './usage-panel.tsx';

/** One container: how it is, what it uses right now, and what was done to it. */
export function ContainerPage() {
  const { id = '' }: { id?: string } = useParams({ strict: false });
  const container = useQuery(containerQuery(id));
  const engine = useQuery(engineQuery);
  const isGone = container.error instanceof ApiError && container.error.code === 'NOT_FOUND';
  return (
    <>
      <Link
        to="/containers"
        className="card inline-flex min-h-11 items-center gap-2 self-start px-4 text-soft hover:text-ink md:min-h-9"
      >
        <ArrowLeft aria-hidden size={16} />
        {copy.gone.back}
      </Link>
      {engine.data?.isReachable === false && <EngineBanner engine={engine.data} />}
      {isGone ? (
        <Gone />
      ) : container.data === undefined ? (
        <Panel>
          <DataView query={container} label={copy.loadingOne}>
            {() => null}
          </DataView>
        </Panel>
      ) : (
        <Loaded row={container.data} />
      )}
    </>
  );
}

function Loaded({ row }: { row: ContainerRow }) {
  usePageTitle(row.name);
  const mayRead = useMay('jobs:read');
  return (
    <>
      <Facts row={row} />
      <UsagePanel row={row} />
      {mayRead && <ContainerRuns id={row.id} />}
    </>
  );
}

function Facts({ row }: { row: ContainerRow }) {
  const { tone, icon, word } = lookOf(row);
  const { terms } = copy;
  return (
    <Panel aria-labelledby="container-facts">
      <PanelHeader
        id="container-facts"
        title={copy.facts}
        description={
          <span className="mt-1 flex flex-wrap items-center gap-2" role="status">
            <StatusPill tone={tone} icon={icon}>
              {word}
            </StatusPill>
            {plainStatus(row.status)}
          </span>
        }
        actions={<Actions row={row} />}
      />
      <FactList
        facts={[
          { term: copy.columns.name, value: row.name },
          { term: copy.columns.image, value: <span className="break-all">{row.image}</span> },
          ...(row.project === null ? [] : [{ term: terms.project, value: row.project }]),
          ...(row.service === null ? [] : [{ term: terms.service, value: row.service }]),
          { term: terms.created, value: <Time at={row.createdAt} /> },
          { term: copy.columns.ports, value: <PortList ports={row.ports} /> },
          {
            term: terms.id,
            value: (
              <span className="flex items-center gap-1">
                <code className="font-mono text-sm">{row.id.slice(0, 12)}</code>
                <CopyButton text={row.id} label={copy.copyId} />
              </span>
            ),
          },
        ]}
      />
    </Panel>
  );
}

function Actions({ row }: { row: ContainerRow }) {
  const mayOperate = useMay('containers:operate');
  const mayAudit = useMay('audit:read');
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      {mayAudit && (
        <Link to="/audit" search={{ targetId: row.id }} className={buttonClasses('quiet')}>
          <ListChecks aria-hidden size={16} />
          {copy.auditTrail}
        </Link>
      )}
      {mayOperate && (
        <>
          <Button tone="primary" icon={RotateCw} onClick={() => setAsking(true)}>
            {copy.restart.command}
          </Button>
          {isAsking && <RestartDialog container={row} onClose={() => setAsking(false)} />}
        </>
      )}
    </>
  );
}

function Gone() {
  usePageTitle(copy.gone.title);
  return (
    <Panel>
      <EmptyState
        icon={Ghost}
        title={copy.gone.title}
        action={
          <Link to="/containers" className={buttonClasses('primary')}>
            {copy.gone.back}
          </Link>
        }
      >
        <p>{copy.gone.text}</p>
      </EmptyState>
    </Panel>
  );
}
