import { ApiError } from '@nebula/contract/client';
import { Button, buttonClasses, EmptyState, Panel } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { AppWindow, Braces, Ghost, SquareTerminal } from 'lucide-react';
import { Suspense, useState } from 'react';
import { BackLink, DataView, useMay, usePageCommands, usePageTitle } from '../../../web/feature.ts';
import { ContainerLogs } from '../../logs/web/index.ts';
import type { ContainerDetail } from '../contract.ts';
import { AskHost } from './ask-host.tsx';
import { lookCommands, paletteCommands } from './commands.ts';
import { ContainerMenu, useCommandItems } from './container-menu.tsx';
import { ContainerRuns } from './container-runs.tsx';
import { copy } from './copy.ts';
import { EngineBanner } from './engine-banner.tsx';
import { EnvironmentPanel } from './environment-panel.tsx';
import { ExitNote } from './exit-note.tsx';
import { FactsPanel } from './facts-panel.tsx';
import { InspectDialog } from './inspect-dialog.tsx';
import { MayDoPanel } from './may-do-panel.tsx';
import { LabelsPanel, MountsPanel, NetworksPanel } from './parts-panels.tsx';
import { containerQuery, engineQuery } from './queries.ts';
import { UsagePanel } from './usage-panel.tsx';

/** One container: how it is, what it uses right now, how far it reaches, and what was done to it. */
export function ContainerPage() {
  const { id = '' }: { id?: string } = useParams({ strict: false });
  const container = useQuery(containerQuery(id));
  const engine = useQuery(engineQuery);
  const isGone = container.error instanceof ApiError && container.error.code === 'NOT_FOUND';
  return (
    <>
      <BackLink to="/containers">{copy.gone.back}</BackLink>
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
        <Loaded container={container.data} />
      )}
      <AskHost />
    </>
  );
}

function Loaded({ container }: { container: ContainerDetail }) {
  usePageTitle(container.name);
  usePageCommands([...paletteCommands(container), ...lookCommands(container)]);
  const mayRead = useMay('jobs:read');
  const mayReadLogs = useMay('logs:read');
  return (
    <>
      <FactsPanel container={container} actions={<Actions container={container} />} />
      <ExitNote container={container} />
      <UsagePanel row={container} app={container.app} />
      {mayReadLogs && (
        <Suspense>
          <ContainerLogs id={container.id} />
        </Suspense>
      )}
      <MayDoPanel findings={container.mayDo} />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <MountsPanel mounts={container.mounts} />
        <NetworksPanel networks={container.networks} />
      </div>
      <EnvironmentPanel id={container.id} variables={container.environment} />
      <LabelsPanel labels={container.labels} />
      {mayRead && <ContainerRuns id={container.id} />}
    </>
  );
}

/** What is done often stands outside the menu; what is grave only in it. */
const shownActions = 3;

function Actions({ container }: { container: ContainerDetail }) {
  const [isInspecting, setInspecting] = useState(false);
  const mayOpen = useMay('terminal:open');
  const items = useCommandItems(container).filter(({ isDanger }) => isDanger !== true);
  return (
    <>
      <Button icon={Braces} onClick={() => setInspecting(true)}>
        {copy.inspect.command}
      </Button>
      {isInspecting && <InspectDialog container={container} onClose={() => setInspecting(false)} />}
      {items.slice(0, shownActions).map(({ id, title, icon, run }) => (
        <Button key={id} icon={icon} onClick={run}>
          {title}
        </Button>
      ))}
      <Link to="/apps/$app" params={{ app: container.app }} className={buttonClasses('quiet')}>
        <AppWindow aria-hidden size={16} />
        {copy.appPage}
      </Link>
      {mayOpen && container.state === 'running' && (
        <Link to="/containers/$id/shell" params={{ id: container.id }} className={buttonClasses('quiet')}>
          <SquareTerminal aria-hidden size={16} />
          {copy.openShell}
        </Link>
      )}
      <ContainerMenu container={container} />
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
