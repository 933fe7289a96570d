import { Button, Panel, PanelHeader, StatusPill, Time, type Tone } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import {
  CircleArrowUp,
  CirclePlay,
  CircleStop,
  CircleX,
  HeartCrack,
  HeartPulse,
  ListChecks,
  type LucideIcon,
  MemoryStick,
  Pause,
  Pencil,
  Play,
  Plus,
  Power,
  Rocket,
  Siren,
  Trash2,
  Unplug,
} from 'lucide-react';
import { DataView, PageLink, useRowKeys } from '../../../web/feature.ts';
import type { ChangeKind, ChangeMarker } from '../contract.ts';
import { copy, sentenceOf } from './copy.ts';
import { isOfTheMachine, placeOf } from './markers.ts';
import { changesQuery, type ShownSpan } from './queries.ts';

/** Props of {@link WhatChanged}. */
export interface WhatChangedProps {
  /** Null for the whole machine. */
  app: string | null;
  span: ShownSpan;
  /** Takes a marker instead of its link, on pages that can show it in place. */
  onOpen?: ((marker: ChangeMarker) => void) | undefined;
}

/** The markers of a span as a list, newest first: what charts show, for the keyboard and for reading. */
export function WhatChanged({ app, span, onOpen }: WhatChangedProps) {
  const changes = useQuery(changesQuery(app, span));
  const place = useRowKeys<HTMLUListElement>();
  return (
    <Panel aria-labelledby="what-changed" className="@container min-w-0">
      <PanelHeader id="what-changed" title={copy.title} description={copy.text} />
      <DataView query={changes} label={copy.loading}>
        {({ items, next }) => {
          const rows = app === null ? items.filter(isOfTheMachine) : items;
          return rows.length === 0 ? (
            <p className="px-4 pb-6 text-soft md:px-6">{copy.none}</p>
          ) : (
            <>
              <ul ref={place} className="max-h-100 overflow-y-auto pb-2" tabIndex={0} aria-label={copy.title}>
                {rows.map((row) => (
                  <Line key={row.id} marker={row} onOpen={onOpen} />
                ))}
              </ul>
              {next !== null && <p className="px-4 pb-4 text-sm text-muted md:px-6">{copy.more}</p>}
            </>
          );
        }}
      </DataView>
    </Panel>
  );
}

function Line({
  marker,
  onOpen,
}: {
  marker: ChangeMarker;
  onOpen: ((marker: ChangeMarker) => void) | undefined;
}) {
  const { at, kind, severity, path } = marker;
  const { text, isData } = sentenceOf(marker);
  const to = placeOf(marker);
  return (
    <li
      data-row
      className="grid justify-items-start gap-x-4 gap-y-1 border-t border-hairline px-4 py-2 md:px-6 @3xl:grid-cols-[12rem_minmax(0,1fr)_auto_8rem] @3xl:items-center"
    >
      <StatusPill tone={tones[severity]} icon={icons[kind]}>
        {copy.kinds[kind]}
      </StatusPill>
      <span translate={isData ? 'no' : undefined} className="min-w-0 break-words">
        <bdi>{text}</bdi>
      </span>
      <span className="text-sm text-muted">
        <Time at={at} />
      </span>
      {path === null && onOpen !== undefined ? (
        <Button tone="ghost" onClick={() => onOpen(marker)} className="-mx-2">
          {copy.toLines}
        </Button>
      ) : to === null ? (
        <span />
      ) : (
        <PageLink
          to={to}
          className="inline-flex min-h-11 items-center text-link underline-offset-4 hover:underline md:min-h-9"
        >
          {path === null ? copy.toLines : copy.toPage}
        </PageLink>
      )}
    </li>
  );
}

const tones: Record<ChangeMarker['severity'], Tone> = {
  good: 'up',
  info: 'neutral',
  warning: 'degraded',
  critical: 'down',
};
const icons: Record<ChangeKind, LucideIcon> = {
  created: Plus,
  updated: CircleArrowUp,
  started: CirclePlay,
  stopped: CircleStop,
  ended: CircleStop,
  died: CircleX,
  'out-of-memory': MemoryStick,
  paused: Pause,
  unpaused: Play,
  renamed: Pencil,
  removed: Trash2,
  unhealthy: HeartCrack,
  healthy: HeartPulse,
  'engine-lost': Unplug,
  'engine-back': Power,
  booted: Power,
  'server-started': Power,
  run: ListChecks,
  deploy: Rocket,
  incident: Siren,
};
