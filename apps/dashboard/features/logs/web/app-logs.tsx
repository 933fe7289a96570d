import { buttonClasses, Panel, PanelHeader } from '@nebula/ui';
import { Link } from '@tanstack/react-router';
import { useCallback, useRef, useState } from 'react';
import { copy } from './copy.ts';
import { LogPanel } from './log-panel.tsx';
import { type Place, writeApps } from './place.ts';

/** Props of {@link AppLogs}. */
export interface AppLogsProps {
  app: string;
  /** The lines before this instant are shown; the newest when undefined. */
  at: string | undefined;
  /** The reader goes on live. */
  onLive: () => void;
}

/** The lines of one app beside other things of it. */
export function AppLogs({ app, at, onLive }: AppLogsProps) {
  const [place, setPlace] = useState<Place>({});
  const live = useRef(onLive);
  live.current = onLive;
  const onPlace = useCallback((changes: Partial<Place>) => {
    if (Object.hasOwn(changes, 'at') && changes.at === undefined) live.current();
    setPlace((before) => ({ ...before, ...changes }));
  }, []);
  const shown = place.line === undefined ? { ...place, at } : place;
  return (
    <Panel aria-labelledby="app-logs" className="flex flex-col overflow-hidden">
      <PanelHeader
        id="app-logs"
        title={copy.title}
        actions={
          <Link
            to="/logs"
            search={{ apps: writeApps([app]), ...(at === undefined ? {} : { at }) }}
            className={buttonClasses('quiet')}
          >
            {copy.openAll}
          </Link>
        }
      />
      <LogPanel apps={[app]} place={shown} onPlace={onPlace} className="h-100" />
    </Panel>
  );
}
