import { classNames, formatBytes } from '@nebula/ui';
import { memo, type ReactNode } from 'react';
import type { Level } from '../contract.ts';
import { type Ink, type Span, spansOf } from './ansi.ts';
import type { PageLine } from './buffer.ts';
import { copy } from './copy.ts';
import type { Finder } from './find.ts';

/** Props of {@link LineRow}. */
export interface LineRowProps {
  line: PageLine;
  top: number;
  height: number;
  isWrapped: boolean;
  isMarked: boolean;
  finder: Finder | null;
  /** Place of its app among those shown; null when there is only one. */
  appAt: number | null;
  hasTime: boolean;
  onLink: (line: PageLine) => void;
}

const ink: Record<Ink, string> = {
  ...{ muted: 'text-muted', danger: 'text-danger', success: 'text-success', warning: 'text-warning' },
  ...{ info: 'text-info', accent: 'text-link', live: 'text-live', ink: 'text-ink' },
};
const levelInk: Record<Level, string> = {
  ...{ trace: 'text-muted', debug: 'text-muted', info: 'text-info' },
  ...{ warn: 'text-warning', error: 'text-danger', fatal: 'text-danger' },
};
const levelSign: Record<Level, string> = {
  ...{ trace: 'T', debug: 'D', info: 'I', warn: 'W', error: 'E', fatal: 'F' },
};

/** One line: when, whose, how grave, and what; text from outside stays text. */
export const LineRow = memo(function LineRow(props: LineRowProps) {
  const { line, top, height, isWrapped, isMarked, appAt, hasTime, onLink } = props;
  const isError = line.level === 'error' || line.level === 'fatal';
  return (
    <div
      data-line={line.id}
      style={{ transform: `translateY(${top}px)`, height }}
      className={classNames(
        'absolute inset-x-0 top-0 flex gap-2 pr-3 pl-1',
        isMarked ? 'bg-hover outline outline-accent' : isError && 'bg-raised',
      )}
    >
      <span
        aria-hidden
        className="w-1 shrink-0 self-stretch rounded-full"
        style={{ background: appAt === null ? undefined : `var(--chart-${(appAt % 8) + 1})` }}
      />
      {line.gap !== null || line.note !== null ? (
        <span className="truncate text-warning italic">
          {line.gap === null ? copy.reconnected : copy.gaps[line.gap.reason](line.gap.lines)}
        </span>
      ) : (
        <>
          {hasTime && (
            <button
              type="button"
              tabIndex={-1}
              title={copy.lineLink(line.time)}
              onClick={() => onLink(line)}
              translate="no"
              className="shrink-0 self-start text-muted hover:text-link"
            >
              {shortTime(line.time)}
            </button>
          )}
          {appAt !== null && (
            <span
              translate="no"
              title={line.app}
              className="hidden w-32 shrink-0 truncate text-soft md:block"
            >
              <bdi>{line.app}</bdi>
            </span>
          )}
          <span
            title={line.level === null ? undefined : copy.levels[line.level]}
            className={classNames('w-[1ch] shrink-0', line.level !== null && levelInk[line.level])}
          >
            {line.level === null ? '' : levelSign[line.level]}
          </span>
          <span
            translate="no"
            className={classNames(
              'min-w-0',
              isWrapped ? 'flex-1 break-all whitespace-pre-wrap' : 'whitespace-pre',
            )}
          >
            <LineText {...props} />
          </span>
        </>
      )}
    </div>
  );
});

function LineText({ line, finder }: Pick<LineRowProps, 'line' | 'finder'>): ReactNode {
  const spans = spansOf(line.text);
  const text = spans.map((span) => span.text).join('');
  const places = finder?.placesIn(text) ?? [];
  const isWhole = places.length === 0 && finder !== null && finder.isIn(text);
  return (
    <>
      {pieces(spans, isWhole ? [[0, text.length]] : places).map(({ span, isFound, key }) => (
        <PieceText key={key} span={span} isFound={isFound} />
      ))}
      {line.cutBytes > 0 && <em className="text-warning"> {copy.cut(formatBytes(line.cutBytes))}</em>}
    </>
  );
}

function PieceText({ span, isFound }: { span: Span; isFound: boolean }): ReactNode {
  const classes = classNames(
    span.ink !== null && ink[span.ink],
    span.isBold && 'font-semibold',
    span.isDim && 'text-muted',
    span.isItalic && 'italic',
    span.isUnderlined && 'underline',
    span.back !== null && 'bg-raised',
  );
  if (isFound) return <mark className="rounded-sm bg-primary-fill text-on-fill">{span.text}</mark>;
  return classes === '' ? span.text : <span className={classes}>{span.text}</span>;
}

/** Cuts pieces where what was looked for begins and ends. */
function pieces(spans: Span[], places: [number, number][]): { span: Span; isFound: boolean; key: number }[] {
  const cut: { span: Span; isFound: boolean; key: number }[] = [];
  let start = 0;
  for (const span of spans) {
    const end = start + span.text.length;
    let at = start;
    for (const [from, to] of places) {
      if (to <= at || from >= end) continue;
      const first = Math.max(from, at);
      const last = Math.min(to, end);
      if (first > at) cut.push({ span: part(span, at - start, first - start), isFound: false, key: at });
      cut.push({ span: part(span, first - start, last - start), isFound: true, key: first });
      at = last;
    }
    if (at < end) cut.push({ span: part(span, at - start, end - start), isFound: false, key: at });
    start = end;
  }
  return cut;
}

function part(span: Span, from: number, to: number): Span {
  return { ...span, text: span.text.slice(from, to) };
}

const clock = new Intl.DateTimeFormat(undefined, {
  ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
});

function shortTime(time: string): string {
  const at = new Date(`${time.slice(0, 23)}Z`);
  return Number.isNaN(at.getTime()) ? time : clock.format(at);
}
