import { classNames, useWideScreen } from '@nebula/ui';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { shownText } from './ansi.ts';
import type { LogSnapshot, PageLine } from './buffer.ts';
import { copy } from './copy.ts';
import type { Finder } from './find.ts';
import { LineRow } from './line-row.tsx';
import { layOut, lineAt, rowsOfText } from './rows.ts';

/** Props of {@link LogLines}. */
export interface LogLinesProps {
  snapshot: LogSnapshot;
  apps: readonly string[];
  finder: Finder | null;
  isWrapped: boolean;
  isAnnounced: boolean;
  /** The line that is found or linked; it is scrolled to when it changes. */
  markedId: string | null;
  isHeld: boolean;
  onHold: (isHeld: boolean) => void;
  onTop: () => void;
  onLink: (line: PageLine) => void;
  className: string;
}

const rowHeight = 20;
const overscan = 12;
const nearTop = 300;
const nearBottom = 24;
/** Letters beside the text: marks and gaps, the time, the app, the level. */
const aside = { marks: 5, time: 9, app: 128 };

/** Lines that scroll; only those in sight are drawn. It follows new lines only while it stands at the bottom. */
export function LogLines(props: LogLinesProps) {
  const {
    snapshot,
    apps,
    finder,
    isWrapped,
    isAnnounced,
    markedId,
    isHeld,
    onHold,
    onTop,
    onLink,
    className,
  } = props;
  const box = useRef<HTMLDivElement>(null);
  const probe = useRef<HTMLSpanElement>(null);
  const isWide = useWideScreen();
  const [view, setView] = useState({ top: 0, height: 600, width: 800, letter: 7.2 });
  const isSeveral = apps.length > 1;
  const columns = textColumns(view, isWide, isSeveral);
  const { lines } = snapshot;
  const rowsOf = useRowCounts(lines, isWrapped ? columns : null);
  const layout = useMemo(() => layOut(rowsOf, rowHeight), [rowsOf]);
  const total = layout.offsets.at(-1) ?? 0;
  const longest = useMemo(
    () =>
      isWrapped ? 0 : lines.reduce((most, { text }) => Math.max(most, Math.min(text.length, 20_000)), 0),
    [isWrapped, lines],
  );

  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const measure = () => {
      const letter = (probe.current?.getBoundingClientRect().width ?? 72) / 10;
      setView((before) => ({ ...before, height: element.clientHeight, width: element.clientWidth, letter }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  // What was added or taken before the lines in sight must not move them.
  const lastOffsets = useRef(layout.offsets);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    if (!isHeld && markedId === null) {
      element.scrollTop = total;
    } else if (snapshot.shifted > 0) {
      element.scrollTop += layout.offsets[snapshot.shifted] ?? 0;
    } else if (snapshot.shifted < 0) {
      element.scrollTop -= lastOffsets.current[-snapshot.shifted] ?? 0;
    }
    lastOffsets.current = layout.offsets;
  }, [snapshot, layout, total, isHeld, markedId]);

  const isThere = lines.some(({ id }) => id === markedId);
  useEffect(() => {
    const element = box.current;
    const at = lines.findIndex(({ id }) => id === markedId);
    if (element === null || at === -1) return;
    onHold(true);
    element.scrollTop = Math.max(0, (layout.offsets[at] ?? 0) - element.clientHeight / 2);
    // Only when another line is marked, or it has come: later layouts leave the reader where they are.
  }, [markedId, isThere]);

  function scrolled(): void {
    const element = box.current;
    if (element === null) return;
    setView((before) => ({ ...before, top: element.scrollTop }));
    const isAtBottom = element.scrollHeight - element.scrollTop - element.clientHeight < nearBottom;
    onHold(!isAtBottom);
    if (element.scrollTop < nearTop && !isAtBottom) onTop();
  }

  const first = Math.max(0, lineAt(layout, view.top) - overscan);
  const last = Math.min(lines.length, lineAt(layout, view.top + view.height) + overscan + 1);
  return (
    <div
      ref={box}
      role="log"
      aria-live={isAnnounced ? 'polite' : 'off'}
      aria-label={copy.region}
      tabIndex={0}
      onScroll={scrolled}
      className={classNames('relative overflow-auto bg-canvas font-mono text-sm leading-[20px]', className)}
    >
      <span ref={probe} aria-hidden className="invisible absolute">
        {'0'.repeat(10)}
      </span>
      <div
        className="relative min-w-full"
        style={{ height: total, width: isWrapped ? undefined : `${longest + 30}ch` }}
      >
        {lines.slice(first, last).map((line, at) => (
          <LineRow
            key={line.id}
            line={line}
            top={layout.offsets[first + at] ?? 0}
            height={(rowsOf[first + at] ?? 1) * rowHeight}
            isWrapped={isWrapped}
            isMarked={line.id === markedId}
            finder={finder}
            appAt={isSeveral ? Math.max(0, apps.indexOf(line.app)) : null}
            hasTime={isWide}
            onLink={onLink}
          />
        ))}
      </div>
    </div>
  );
}

function textColumns(view: { width: number; letter: number }, isWide: boolean, isSeveral: boolean): number {
  const letters = Math.floor((view.width - (isWide && isSeveral ? aside.app + 8 : 0)) / view.letter);
  return Math.max(10, letters - aside.marks - (isWide ? aside.time : 0) - 1);
}

/** Rows of each line; what was counted once is not counted again. */
function useRowCounts(lines: readonly PageLine[], columns: number | null): number[] {
  const counted = useRef({ columns, rows: new WeakMap<PageLine, number>() });
  return useMemo(() => {
    if (counted.current.columns !== columns) counted.current = { columns, rows: new WeakMap() };
    if (columns === null) return lines.map(() => 1);
    const { rows } = counted.current;
    return lines.map((line) => {
      const known = rows.get(line);
      if (known !== undefined) return known;
      const isNote = line.gap !== null || line.note !== null;
      const count = isNote
        ? 1
        : rowsOfText(shownText(line.text) + (line.cutBytes > 0 ? ' '.repeat(40) : ''), columns);
      rows.set(line, count);
      return count;
    });
  }, [lines, columns]);
}
