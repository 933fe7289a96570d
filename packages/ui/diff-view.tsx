import { useMemo, useState } from 'react';
import { Button } from './button.tsx';
import { classNames } from './class-names.ts';
import { type DiffLine, diffLines } from './line-diff.ts';
import { texts } from './texts.ts';

/** Props of {@link DiffView}. */
export interface DiffViewProps {
  /** What is compared, for screen readers. */
  label: string;
  before: string;
  after: string;
  /** One text with signs, or both beside each other. */
  layout: 'unified' | 'split';
}

/** Equal lines shown around a change. */
const around = 3;

/** What changed between two texts, line by line; long stretches without a change are folded. The texts are data. */
export function DiffView({ label, before, after, layout }: DiffViewProps) {
  const lines = useMemo(() => diffLines(before, after), [before, after]);
  const [isWhole, setWhole] = useState(false);
  const parts = useMemo(() => fold(lines, isWhole ? Infinity : around), [lines, isWhole]);
  const hidden = parts.reduce((sum, part) => sum + (Array.isArray(part) ? 0 : part.hidden), 0);
  if (lines.every(({ kind }) => kind === 'same')) return <p className="text-soft">{texts.diff.same}</p>;
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <div
        role="region"
        aria-label={label}
        tabIndex={0}
        className="max-h-[60dvh] overflow-auto rounded-md border border-hairline bg-canvas font-mono text-sm"
      >
        <table className="w-full border-collapse">
          <tbody>
            {parts.map((part, index) =>
              Array.isArray(part) ? (
                layout === 'unified' ? (
                  part.map((line) => <UnifiedLine key={`${line.before} ${line.after}`} line={line} />)
                ) : (
                  sideBySide(part).map(([left, right]) => (
                    <SplitLine key={`${left?.before} ${right?.after}`} left={left} right={right} />
                  ))
                )
              ) : (
                <tr key={`fold ${index}`} className="border-y border-hairline text-muted">
                  <td colSpan={4} className="px-3 py-1 text-center font-sans">
                    {texts.diff.hidden(part.hidden)}
                  </td>
                </tr>
              ),
            )}
          </tbody>
        </table>
      </div>
      {(hidden > 0 || isWhole) && (
        <Button tone="ghost" className="self-start" onClick={() => setWhole(!isWhole)}>
          {isWhole ? texts.diff.fold : texts.diff.unfold}
        </Button>
      )}
    </div>
  );
}

const signs = { same: ' ', removed: '-', added: '+' } as const;
const inks = {
  same: 'text-soft',
  removed: 'border-l-2 border-danger bg-raised text-danger',
  added: 'border-l-2 border-success bg-raised text-success',
} as const;

function UnifiedLine({ line }: { line: DiffLine }) {
  return (
    <tr>
      <LineNumber value={line.before} />
      <LineNumber value={line.after} />
      <Text line={line} />
    </tr>
  );
}

function SplitLine({ left, right }: { left: DiffLine | null; right: DiffLine | null }) {
  return (
    <tr>
      <LineNumber value={left?.before ?? null} />
      <Text line={left} isHalf />
      <LineNumber value={right?.after ?? null} />
      <Text line={right} isHalf />
    </tr>
  );
}

function LineNumber({ value }: { value: number | null }) {
  return (
    <td
      translate="no"
      className="figures w-10 px-2 text-right align-top text-xs leading-6 text-muted select-none"
    >
      {value}
    </td>
  );
}

function Text({ line, isHalf = false }: { line: DiffLine | null; isHalf?: boolean }) {
  if (line === null) return <td className="w-1/2 bg-panel" />;
  return (
    <td className={classNames('px-2 align-top leading-6', isHalf && 'w-1/2', inks[line.kind])}>
      {line.kind !== 'same' && <span className="sr-only">{texts.diff[line.kind]}</span>}
      <span translate="no" className="break-all whitespace-pre-wrap">
        {isHalf ? '' : `${signs[line.kind]} `}
        {line.text}
      </span>
    </td>
  );
}

type Part = DiffLine[] | { hidden: number };

/** Leaves out equal lines that are further from a change than `context`. */
function fold(lines: DiffLine[], context: number): Part[] {
  const isNear = lines.map(() => false);
  lines.forEach((line, index) => {
    if (line.kind === 'same') return;
    const from = Math.max(0, index - context);
    const to = Math.min(lines.length - 1, index + context);
    for (let near = from; near <= to; near += 1) isNear[near] = true;
  });
  const parts: Part[] = [];
  lines.forEach((line, index) => {
    const last = parts.at(-1);
    if (isNear[index] === true) {
      if (Array.isArray(last)) last.push(line);
      else parts.push([line]);
    } else if (last !== undefined && !Array.isArray(last)) last.hidden += 1;
    else parts.push({ hidden: 1 });
  });
  return parts;
}

/** Removed lines stand beside the added ones that follow them. */
function sideBySide(lines: DiffLine[]): [DiffLine | null, DiffLine | null][] {
  const rows: [DiffLine | null, DiffLine | null][] = [];
  let removed: DiffLine[] = [];
  let added: DiffLine[] = [];
  const flush = () => {
    for (let index = 0; index < Math.max(removed.length, added.length); index += 1)
      rows.push([removed[index] ?? null, added[index] ?? null]);
    removed = [];
    added = [];
  };
  for (const line of lines) {
    if (line.kind === 'removed') removed.push(line);
    else if (line.kind === 'added') added.push(line);
    else {
      flush();
      rows.push([line, line]);
    }
  }
  flush();
  return rows;
}
