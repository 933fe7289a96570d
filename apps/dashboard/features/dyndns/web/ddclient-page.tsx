import { Button, CopyButton, EmptyState, Panel, PanelHeader, StatusPill } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { CircleCheck, CircleDashed, CircleSlash, FileQuestion, Play, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { DataView, useMay } from '../../../web/feature.ts';
import type { DdclientEntry, DdclientReport } from '../contract.ts';
import { useStopUnit } from './changes.ts';
import { copy, errorCopy } from './copy.ts';
import { DyndnsTabs } from './dyndns-tabs.tsx';
import { ddclientQuery } from './queries.ts';
import { TakeOverDialog } from './take-over-dialog.tsx';

const words = copy.ddclient;
/** Typed by who keeps the machine, where it cannot be done from here. */
const stopCommand = 'sudo systemctl disable --now ddclient.service';

/** What ddclient does on this machine, and the way to do it from here. */
export function DdclientPage() {
  const report = useQuery(ddclientQuery);
  return (
    <>
      <DyndnsTabs />
      <Panel aria-labelledby="ddclient">
        <PanelHeader id="ddclient" title={words.title} description={words.text} />
        <DataView query={report} label={words.loading} copy={errorCopy}>
          {(data) => <Report report={data} />}
        </DataView>
      </Panel>
    </>
  );
}

function Report({ report }: { report: DdclientReport }) {
  const [chosen, setChosen] = useState<DdclientEntry | null>(null);
  const { state, path, why, unit, entries, usesAddressOf, remarks, fingerprint } = report;
  if (state === 'absent') {
    return (
      <EmptyState icon={CircleSlash} title={words.absent.title}>
        <p>{words.absent.text}</p>
      </EmptyState>
    );
  }
  if (state === 'unreadable') {
    return (
      <EmptyState icon={FileQuestion} title={words.unreadable.title}>
        <p>{words.unreadable.text}</p>
        <p translate="no" className="font-mono text-sm break-all">
          {path} {why}
        </p>
      </EmptyState>
    );
  }
  const hasLed = entries.some(({ led }) => led.length > 0);
  return (
    <>
      <div className="flex flex-col gap-3 px-4 pb-4 md:px-6">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span translate="no" className="font-mono text-sm break-all">
            {path}
          </span>
          <UnitState unit={unit} />
        </p>
        {usesAddressOf.length > 0 && (
          <p className="text-sm text-muted">
            {words.addressFrom}{' '}
            <span translate="no" className="font-mono break-all">
              {usesAddressOf.join(', ')}
            </span>
          </p>
        )}
        {hasLed && <StopDdclient unit={unit} />}
      </div>
      {entries.length === 0 ? (
        <EmptyState icon={CircleDashed} title={words.none.title}>
          <p>{words.none.text}</p>
        </EmptyState>
      ) : (
        <ul aria-label={words.entries}>
          {entries.map((entry) => (
            <EntryLine key={entry.index} entry={entry} onTakeOver={() => setChosen(entry)} />
          ))}
        </ul>
      )}
      {remarks.map(({ line }) => (
        <p key={line} className="border-t border-hairline px-4 py-2 text-sm text-muted md:px-6">
          {words.remark(line)}
        </p>
      ))}
      {chosen !== null && (
        <TakeOverDialog entry={chosen} fingerprint={fingerprint ?? ''} onClose={() => setChosen(null)} />
      )}
    </>
  );
}

function UnitState({ unit }: Pick<DdclientReport, 'unit'>) {
  if (unit === null) return <span className="text-sm text-muted">{words.noUnit}</span>;
  const runs = unit.active === 'active';
  return (
    <StatusPill tone={runs ? 'up' : 'paused'} icon={runs ? Play : CircleDashed}>
      {runs ? words.runs(unit.name) : words.rests(unit.name)}
    </StatusPill>
  );
}

/** Two updaters at once are never kept quiet. */
function StopDdclient({ unit }: Pick<DdclientReport, 'unit'>) {
  const mayStop = useMay('system:operate');
  const stop = useStopUnit(unit?.name ?? 'ddclient.service');
  const runs = unit?.active === 'active';
  const canStop = runs && unit.canStop && mayStop;
  return (
    <section
      role={runs ? 'alert' : undefined}
      className="flex flex-col gap-3 rounded-md border border-warning bg-raised p-4"
    >
      {runs && (
        <p className="flex items-start gap-2 font-semibold text-ink">
          <TriangleAlert aria-hidden size={18} className="mt-0.5 shrink-0 text-warning" />
          {words.both}
        </p>
      )}
      {canStop && (
        <div>
          <Button tone="danger" isBusy={stop.isPending} onClick={() => stop.mutate()}>
            {words.stop}
          </Button>
        </div>
      )}
      <p className="text-soft">{runs && !canStop ? words.byHand : words.byHandAfter}</p>
      <div className="flex items-center gap-2 rounded-md border border-edge bg-canvas py-1 pr-1 pl-3">
        <code translate="no" className="min-w-0 flex-1 font-mono text-sm break-all">
          {stopCommand}
        </code>
        <CopyButton text={stopCommand} label={words.copyCommand} />
      </div>
    </section>
  );
}

function EntryLine({ entry, onTakeOver }: { entry: DdclientEntry; onTakeOver: () => void }) {
  const { names, protocol, server, obstacle, led } = entry;
  const isLed = names.length > 0 && names.every((name) => led.includes(name));
  const list = names.join(', ');
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-hairline px-4 py-3 md:px-6">
      <div className="min-w-0 flex-1 basis-60">
        <p translate="no" className="font-semibold break-all">
          {list}
        </p>
        <p className="text-sm text-muted">
          {words.with(protocol)}{' '}
          {server !== null && (
            <span translate="no" className="font-mono break-all">
              {server}
            </span>
          )}
        </p>
        {obstacle !== null && <p className="mt-1 text-sm text-soft">{words.obstacles[obstacle]}</p>}
      </div>
      {isLed && (
        <StatusPill tone="up" icon={CircleCheck}>
          {words.led}
        </StatusPill>
      )}
      {!isLed && obstacle === null && (
        <Button tone="primary" aria-label={words.takeOverOf(list)} onClick={onTakeOver}>
          {words.takeOver}
        </Button>
      )}
    </li>
  );
}
