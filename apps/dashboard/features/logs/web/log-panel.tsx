import { Button, EmptyState, ErrorState, ErrorStrip, formatInstant, LoadingRows } from '@nebula/ui';
import { ArrowDownToLine, Link2Off, ScrollText, SearchX, Unplug } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { notify, troubleOf } from '../../../web/feature.ts';
import type { PageLine } from './buffer.ts';
import { copy } from './copy.ts';
import { finderOf } from './find.ts';
import { LogLines } from './log-lines.tsx';
import { LogTools } from './log-tools.tsx';
import { levelsFrom, type Place, placeBefore, readLine, spans } from './place.ts';
import type { Wanted } from './source.ts';
import { useLog } from './use-log.ts';

/** Props of {@link LogPanel}. */
export interface LogPanelProps {
  apps: readonly string[];
  place: Place;
  onPlace: (changes: Partial<Place>) => void;
  className: string;
}

/** The lines of some apps with all that can be done to them. */
export function LogPanel({ apps, place, onPlace, className }: LogPanelProps) {
  const { q, re, only, level, stream, since } = place;
  const finder = useMemo(() => finderOf(q, re === 'yes'), [q, re]);
  const problem = typeof finder === 'string' ? finder : null;
  const usable = typeof finder === 'string' ? null : finder;
  const isOnly = only === 'yes' && usable !== null;
  const sinceTime = useMemo(
    () => (since === undefined ? undefined : new Date(Date.now() - spans[since]).toISOString()),
    [since],
  );
  const wanted: Wanted = {
    app: [...apps],
    ...(isOnly ? { search: q, ...(re === 'yes' ? { isPattern: 'true' as const } : {}) } : {}),
    ...{ level: levelsFrom(level), stream, since: sinceTime },
  };
  const line = readLine(place.line);
  const instant = line === null && place.at !== undefined ? placeBefore(place.at) : null;
  const { source, snapshot, state, reopen } = useLog(wanted, line ?? instant);
  const before = useMemo(
    () => (instant === null ? undefined : snapshot.lines.findLast(({ key }) => key < instant.key)),
    [instant?.key, snapshot.lines],
  );
  const [isAnnounced, setAnnounced] = useState(false);
  const [foundId, setFoundId] = useState<string | null>(null);
  const isWrapped = place.wrap !== 'no';

  const hold = useCallback((isHeld: boolean) => source?.hold(isHeld), [source]);
  const top = useCallback(() => void source?.older(), [source]);
  const link = useCallback(
    (one: PageLine) => {
      const words = `${one.app}~${one.key}`;
      onPlace({ line: words, at: undefined });
    },
    [onPlace],
  );

  const found = useMemo(
    () =>
      usable === null ? [] : snapshot.lines.filter(({ text, gap }) => gap === null && usable.isIn(text)),
    [usable, snapshot.lines],
  );

  function go(step: 1 | -1): void {
    if (found.length === 0) return;
    const at = found.findIndex(({ id }) => id === foundId);
    const next = at === -1 ? (step === 1 ? 0 : found.length - 1) : (at + step + found.length) % found.length;
    setFoundId(found[next]?.id ?? null);
  }

  function toNewest(): void {
    setFoundId(null);
    source?.hold(false);
  }

  async function copyLines(): Promise<void> {
    const { linesAsText } = await import('./download.ts');
    try {
      await navigator.clipboard.writeText(linesAsText(snapshot.lines, apps.length > 1));
      notify({ kind: 'success', title: copy.copied(snapshot.lines.length) });
    } catch {
      // Outside a secure context there is no clipboard; the text can be marked.
      notify({ kind: 'error', title: copy.copyRefused });
    }
  }

  async function download(): Promise<void> {
    const { downloadLines } = await import('./download.ts');
    try {
      await downloadLines(wanted);
    } catch (error) {
      const { sentence, nextStep } = troubleOf(error);
      notify({ kind: 'error', title: copy.downloadFailed, description: `${sentence} ${nextStep}` });
    }
  }

  const isFiltered = isOnly || level !== undefined || stream !== undefined || since !== undefined;
  const isEmpty = snapshot.lines.length === 0;
  return (
    <div
      className="flex min-h-0 flex-col"
      onKeyDown={(event) => {
        const isTyping =
          event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
        if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
        if (event.key === 'n') go(1);
        else if (event.key === 'N') go(-1);
        else return;
        event.preventDefault();
      }}
    >
      <LogTools
        place={place}
        onPlace={onPlace}
        problem={problem}
        found={usable === null ? null : found.length}
        onGo={go}
        isAnnounced={isAnnounced}
        onAnnounce={setAnnounced}
        onCopy={() => void copyLines()}
        onDownload={download}
      />
      {state.phase === 'reconnecting' && <Note icon={Unplug}>{copy.reconnecting}</Note>}
      {state.storage?.isKeeping === false && (
        <Note icon={Unplug}>
          {copy.notKept}: <span translate="no">{state.storage.detail}</span>
        </Note>
      )}
      {(line !== null || instant !== null) && (
        <Note icon={Link2Off}>
          {instant === null ? (
            copy.linked
          ) : (
            <>
              {copy.linkedAt} <span translate="no">{formatInstant(Date.parse(place.at ?? ''))}</span>
            </>
          )}
          <Button tone="ghost" onClick={() => onPlace({ line: undefined, at: undefined })}>
            {copy.goLive}
          </Button>
        </Note>
      )}
      {state.error !== null && state.phase !== 'failed' && (
        <div className="px-4 pb-2">
          <ErrorStrip trouble={troubleOf(state.error)} onRetry={reopen} />
        </div>
      )}
      <div className="relative flex min-h-0 flex-1 flex-col border-t border-hairline">
        {state.phase === 'failed' ? (
          <ErrorState trouble={troubleOf(state.error)} onRetry={reopen} />
        ) : isEmpty && state.phase === 'loading' ? (
          <LoadingRows label={copy.loadingLines} />
        ) : isEmpty ? (
          <EmptyState
            icon={isFiltered ? SearchX : ScrollText}
            title={isFiltered ? copy.noMatch.title : copy.empty.title}
          >
            <p>{isFiltered ? copy.noMatch.text : copy.empty.text}</p>
          </EmptyState>
        ) : (
          <LogLines
            snapshot={snapshot}
            apps={apps}
            finder={usable}
            isWrapped={isWrapped}
            isAnnounced={isAnnounced}
            markedId={foundId ?? (line === null ? (before?.id ?? null) : `${line.app}~${line.key}`)}
            isHeld={source?.buffer.isHeld ?? false}
            onHold={hold}
            onTop={top}
            onLink={link}
            className={className}
          />
        )}
        {source?.buffer.isHeld === true && state.phase !== 'still' && !isEmpty && (
          <div className="absolute right-4 bottom-4 flex items-center gap-2">
            <Button tone="primary" icon={ArrowDownToLine} onClick={toNewest} title={copy.held}>
              {snapshot.waiting === 0 ? copy.toNewest : copy.waiting(snapshot.waiting)}
            </Button>
          </div>
        )}
      </div>
    </div>
  );
}

function Note({ icon: Icon, children }: { icon: typeof Unplug; children: React.ReactNode }) {
  return (
    <p role="status" className="flex flex-wrap items-center gap-2 px-4 pb-2 text-sm text-warning">
      <Icon aria-hidden size={16} className="shrink-0" />
      {children}
    </p>
  );
}
