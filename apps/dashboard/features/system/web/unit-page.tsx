import {
  Button,
  ConfirmDialog,
  FactList,
  formatBytes,
  formatInstant,
  Panel,
  PanelHeader,
  StatusPill,
} from '@nebula/ui';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { Play, RotateCw, Square } from 'lucide-react';
import { useState } from 'react';
import { api, BackLink, DataView, notify, troubleOf, useMay, usePageTitle } from '../../../web/feature.ts';
import type { UnitDetail } from '../contract.ts';
import { copy, errorCopy } from './copy.ts';
import { journalQuery, unitQuery } from './queries.ts';
import { unitLook, unitVerbs } from './unit-look.ts';

const words = copy.units;
type Verb = 'start' | 'stop' | 'restart';
const icons = { start: Play, stop: Square, restart: RotateCw };

/** One unit of systemd: how it is, what can be done to it, and what it wrote. */
export function UnitPage() {
  const { unit = '' }: { unit?: string } = useParams({ strict: false });
  usePageTitle(unit);
  const mayRead = useMay('system:read-journal');
  const detail = useQuery(unitQuery(unit));
  return (
    <>
      <BackLink to="/system?tab=units">{words.back}</BackLink>
      <Panel aria-labelledby="unit-facts">
        <DataView query={detail} label={words.loadingOne} copy={errorCopy}>
          {(row) => <Facts row={row} />}
        </DataView>
      </Panel>
      {mayRead && detail.data !== undefined && <JournalPanel unit={unit} />}
    </>
  );
}

function Facts({ row }: { row: UnitDetail }) {
  const { tone, icon, word } = unitLook(row);
  const mayOperate = useMay('system:operate');
  const value = (text: string | number | null) => (text === null || text === '' ? copy.none : String(text));
  return (
    <>
      <PanelHeader
        id="unit-facts"
        title={words.facts}
        description={
          <span className="mt-1 flex flex-wrap items-center gap-2" role="status">
            <StatusPill tone={tone} icon={icon}>
              {word}
            </StatusPill>
            <span translate="no">{row.sub}</span>
          </span>
        }
        actions={
          mayOperate && unitVerbs(row).map((verb) => <Change key={verb} unit={row.name} verb={verb} />)
        }
      />
      {mayOperate && !row.canChange && (
        <p className="px-4 pb-4 text-sm text-muted md:px-6">{words.notNamed}</p>
      )}
      <FactList
        facts={[
          { term: words.description, value: value(row.description), isData: row.description !== null },
          { term: words.loaded, value: value(row.load), isData: row.load !== null },
          { term: words.atBoot, value: value(row.unitFile), isData: row.unitFile !== null },
          { term: words.result, value: value(row.result), isData: row.result !== null },
          { term: words.exitStatus, value: value(row.exitStatus) },
          { term: words.restarts, value: value(row.restarts) },
          { term: words.pid, value: value(row.mainPid) },
          { term: words.memory, value: row.memoryBytes === null ? copy.none : formatBytes(row.memoryBytes) },
          { term: words.tasks, value: value(row.tasks) },
        ]}
      />
    </>
  );
}

function Change({ unit, verb }: { unit: string; verb: Verb }) {
  const [isAsking, setAsking] = useState(false);
  const navigate = useNavigate();
  const change = useMutation({
    mutationFn: () => api.system[`${verb}Unit`]({ params: { unit } }),
    onSuccess: ({ runId }) => navigate({ to: '/jobs/$id', params: { id: runId } }),
    onError: (error) => {
      const { sentence, nextStep } = troubleOf(error, errorCopy);
      notify({ kind: 'error', title: words.notDone(unit), description: `${sentence} ${nextStep}` });
    },
  });
  return (
    <>
      <Button icon={icons[verb]} onClick={() => setAsking(true)}>
        {words.actions[verb]}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={words.ask[verb](unit)}
        confirmLabel={words.actions[verb]}
        isBusy={change.isPending}
        onConfirm={() => change.mutate(undefined, { onSettled: () => setAsking(false) })}
      >
        {words.askText[verb]}
      </ConfirmDialog>
    </>
  );
}

function JournalPanel({ unit }: { unit: string }) {
  const journal = useQuery(journalQuery(unit));
  return (
    <Panel aria-labelledby="unit-journal" className="min-w-0">
      <PanelHeader id="unit-journal" title={words.journal} description={words.journalText} />
      <DataView query={journal} label={words.journalLoading} copy={errorCopy}>
        {({ entries, isCut }) =>
          entries.length === 0 ? (
            <p className="px-4 pb-6 text-soft md:px-6">{words.journalEmpty}</p>
          ) : (
            <>
              {isCut && <p className="px-4 pb-2 text-sm text-warning md:px-6">{words.journalCut}</p>}
              <ol
                aria-label={words.journal}
                tabIndex={0}
                className="max-h-[60vh] overflow-auto border-t border-hairline px-4 py-3 font-mono text-xs md:px-6"
              >
                {entries.map(({ at, message, priority }, index) => (
                  <li key={index} className="flex gap-3 py-0.5">
                    <time dateTime={at} title={formatInstant(Date.parse(at))} className="shrink-0 text-muted">
                      {at.slice(11, 19)}
                    </time>
                    <span
                      className={
                        priority <= 3
                          ? 'min-w-0 break-words whitespace-pre-wrap text-danger'
                          : 'min-w-0 break-words whitespace-pre-wrap text-soft'
                      }
                    >
                      {message}
                    </span>
                  </li>
                ))}
              </ol>
            </>
          )
        }
      </DataView>
    </Panel>
  );
}
