import { Panel, PanelHeader, buttonClasses } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { copy } from './copy.ts';
import { LogPanel } from './log-panel.tsx';
import { type Place, writeApps } from './place.ts';
import { logAppsQuery } from './queries.ts';

/** The lines of a container's app, on the page of the container. */
export function ContainerLogs({ id }: { id: string }) {
  const apps = useQuery(logAppsQuery);
  const [place, setPlace] = useState<Place>({});
  const onPlace = useCallback(
    (changes: Partial<Place>) => setPlace((before) => ({ ...before, ...changes })),
    [],
  );
  const app = apps.data?.items.find(({ containers }) => containers.some((one) => one.id === id))?.app;
  if (app === undefined) return null;
  return (
    <Panel aria-labelledby="container-logs" className="flex flex-col overflow-hidden">
      <PanelHeader
        id="container-logs"
        title={copy.title}
        actions={
          <Link to="/logs" search={{ apps: writeApps([app]) }} className={buttonClasses('quiet')}>
            {copy.openAll}
          </Link>
        }
      />
      <LogPanel apps={[app]} place={place} onPlace={onPlace} className="h-100" />
    </Panel>
  );
}
