import { Button, formatInstant, Segments } from '@nebula/ui';
import { ZoomOut } from 'lucide-react';
import { copy } from './copy.ts';
import type { Range, View } from './view.ts';

interface Props {
  view: View;
  onChange: (changes: Partial<View>) => void;
}

const rangeNames: readonly Range[] = ['hour', 'quarter', 'day', 'week', 'month', 'year'];
const rangeOptions = rangeNames.map((value) => ({ value, title: copy.ranges[value] }));

/** How far back is looked. */
export function RangeChoice({ view, onChange }: Props) {
  return (
    <Segments
      label={copy.ranges.label}
      options={rangeOptions}
      value={view.from === undefined ? (view.range ?? 'day') : null}
      onChange={(range) => onChange({ range, from: undefined, to: undefined })}
    />
  );
}

/** The part that is looked at closer, and the way back. */
export function ChosenSpan({ view, onChange }: Props) {
  if (view.from === undefined || view.to === undefined) {
    return <p className="px-4 pb-4 text-sm text-muted md:px-6">{copy.zoomHelp}</p>;
  }
  return (
    <p className="flex flex-wrap items-center gap-3 px-4 pb-4 text-sm text-soft md:px-6">
      <span translate="no">
        {copy.chosen(formatInstant(Date.parse(view.from)), formatInstant(Date.parse(view.to)))}
      </span>
      <Button icon={ZoomOut} onClick={() => onChange({ from: undefined, to: undefined })}>
        {copy.zoomOut}
      </Button>
    </p>
  );
}

/** Both in one bar, for pages that show the history of one thing. */
export function RangeBar(props: Props) {
  return (
    <>
      <div className="px-4 pt-4 pb-3 md:px-6">
        <RangeChoice {...props} />
      </div>
      <ChosenSpan {...props} />
    </>
  );
}
