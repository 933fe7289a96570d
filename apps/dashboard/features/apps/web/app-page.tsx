import { Button, buttonClasses, formatInstant, Panel, StatusPill } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { ChartSpline, CircleCheck, CircleStop, Radio } from 'lucide-react';
import { Suspense } from 'react';
import { DataView, PageLink, useMay, usePageTitle, useUrlFilter } from '../../../web/feature.ts';
import { linesUntil, WhatChanged } from '../../changes/web/index.ts';
import type { ChangeMarker } from '../../changes/contract.ts';
import { HistoryCharts, RangeBar, shownSpan, useMarks } from '../../history/web/index.ts';
import { AppLogs } from '../../logs/web/index.ts';
import { copy } from './copy.ts';
import { containersQuery } from './queries.ts';
import { type AppView, readAppView } from './view.ts';

const metrics = ['cpu', 'memory', 'received', 'sent'];

/** One app: its figures, what changed and its lines, on one time axis. */
export function AppPage() {
  const { app = '' } = useParams({ strict: false });
  const [view, change] = useUrlFilter(readAppView);
  usePageTitle(copy.of(app));
  return (
    <>
      <Head app={app} view={view} onChange={change} />
      <Suspense>
        <Parts app={app} view={view} onChange={change} />
      </Suspense>
    </>
  );
}

interface Props {
  app: string;
  view: AppView;
  onChange: (changes: Partial<AppView>) => void;
}

function Head({ app, view, onChange }: Props) {
  return (
    <Panel aria-label={copy.span}>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 pt-4 md:px-6">
        <h2 className="min-w-0 grow text-lg break-all" translate="no">
          <bdi>{app}</bdi>
        </h2>
        <PageLink
          to={`/history?subject=${encodeURIComponent(`app/${app}`)}`}
          className={buttonClasses('ghost')}
        >
          <ChartSpline aria-hidden size={16} />
          {copy.history}
        </PageLink>
      </div>
      <Containers app={app} />
      <Suspense>
        <RangeBar view={view} onChange={onChange} />
      </Suspense>
      {view.at !== undefined && (
        <p role="status" className="flex flex-wrap items-center gap-3 px-4 pb-4 text-sm text-soft md:px-6">
          <span>
            {copy.at} <span translate="no">{formatInstant(Date.parse(view.at))}</span>
          </span>
          <Button icon={Radio} onClick={() => onChange({ at: undefined })}>
            {copy.newest}
          </Button>
        </p>
      )}
    </Panel>
  );
}

function Containers({ app }: { app: string }) {
  const containers = useQuery(containersQuery(app));
  return (
    <div className="px-4 pt-2 text-sm md:px-6">
      <DataView query={containers} label={copy.loading}>
        {(rows) =>
          rows.length === 0 ? (
            <p className="text-muted">{copy.noContainers}</p>
          ) : (
            <ul aria-label={copy.containers} className="flex flex-wrap gap-x-5 gap-y-1">
              {rows.map(({ id, name, state }) => (
                <li key={id} translate="no" className="flex min-w-0 items-center gap-2">
                  <PageLink
                    to={`/containers/${id}`}
                    className="inline-flex min-h-11 min-w-0 items-center truncate underline-offset-4 hover:text-link hover:underline md:min-h-8"
                  >
                    <bdi>{name}</bdi>
                  </PageLink>
                  <StatusPill
                    tone={state === 'running' ? 'up' : 'paused'}
                    icon={state === 'running' ? CircleCheck : CircleStop}
                  >
                    {state}
                  </StatusPill>
                </li>
              ))}
            </ul>
          )
        }
      </DataView>
    </div>
  );
}

function Parts({ app, view, onChange }: Props) {
  const { marks, markerOf } = useMarks(app, view);
  const maySeeFigures = useMay('history:read');
  const maySeeChanges = useMay('changes:read');
  const mayRead = useMay('logs:read');
  const look = (marker: ChangeMarker) => onChange({ at: linesUntil(marker) });
  return (
    <>
      {maySeeFigures && (
        <HistoryCharts
          subject={`app/${app}`}
          view={view}
          isKnown={undefined}
          onChange={(changes) => onChange({ ...changes, at: undefined })}
          metrics={metrics}
          marks={marks}
          onMark={(id) => {
            const marker = markerOf(id);
            if (marker !== undefined) look(marker);
          }}
          onPick={(at) => onChange({ at: new Date(at).toISOString() })}
          at={view.at === undefined ? undefined : Date.parse(view.at)}
        />
      )}
      <div className="grid gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        {mayRead && (
          // What was dragged over is past: its lines are those before its end.
          <AppLogs app={app} at={view.at ?? view.to} onLive={() => onChange(live)} />
        )}
        {maySeeChanges && <WhatChanged app={app} span={shownSpan(view)} onOpen={look} />}
      </div>
    </>
  );
}

const live = { at: undefined, from: undefined, to: undefined };
